// Exit code 0 when this container's process answers: `/livez`, or the path that is given, such as `/readyz`.
const path = process.argv[2] ?? '/livez';
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}${path}`).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
