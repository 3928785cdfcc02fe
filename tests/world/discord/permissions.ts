/** View, send, read history, attach, react, threads: what a bot is usually given, and everybody here. */
export const PERMISSIONS = '274878024768';
