/** What a provider of ours answered. */
export interface ProviderAnswer {
  status: number;
  /** Seconds after which to try again, if the provider said so. */
  retryAfter: number | null;
  /** The JSON of the answer, or null. */
  body: unknown;
}

const TIMEOUT_MS = 10_000;
const MOST_READ = 64 * 1_024;

/**
 * Posts to a provider whose address is in our settings, unlike those that people give (`post-outside.ts`).
 * Redirects are not followed, since the request contains our secrets.
 */
export async function postToProvider(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | URLSearchParams,
): Promise<ProviderAnswer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const retryAfter = Number(answer.headers.get('retry-after'));
  return {
    status: answer.status,
    retryAfter: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    body: await jsonOf(answer).catch(() => null),
  };
}

/** The answer, unless it is longer than any meaningful one. */
async function jsonOf(answer: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_READ) return null;
  }
  return JSON.parse(text);
}
