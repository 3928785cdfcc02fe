/**
 * A moment as part of a file's name, such as `20260102-030405-678` (UTC); to the millisecond, so that a second try
 * right after a crash takes another name. @param ms wall clock
 */
export function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replaceAll(/[-:]/g, '').replace(/[T.]/g, '-');
}
