/** The status page as one HTML text; put into the bundle at build time. */
declare module 'virtual:status-page' {
  const html: string;
  export default html;
}
