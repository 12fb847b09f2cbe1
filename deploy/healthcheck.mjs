// Exit code 0 when this container's process answers its liveness check.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/livez`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
