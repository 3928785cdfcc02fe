/** The deadline of one outside call. */

/**
 * Calls with a signal that fires after `ms` milliseconds, or with the outer one. The timer ends with the call, where
 * `AbortSignal.timeout` would wake an idle process once more long after the answer.
 */
export async function within<T>(
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const limit = new AbortController();
  const end = () => limit.abort();
  const timer = setTimeout(end, ms);
  if (outer?.aborted) end();
  outer?.addEventListener('abort', end, { once: true });
  try {
    return await call(limit.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', end);
  }
}
