/** A moment as part of a file's name, such as `20260102-030405` (UTC). @param ms wall clock */
export function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
