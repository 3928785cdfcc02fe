/** The status page with a policy that lets only its own inline script and style run. */
import { createHash } from 'node:crypto';

export type Page = { html: string; policy: string };

export function preparePage(html: string): Page {
  const scripts = hashes(html, /<script\b[^>]*>([\s\S]*?)<\/script>/g);
  const styles = hashes(html, /<style\b[^>]*>([\s\S]*?)<\/style>/g);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ];
  return { html, policy: policy.join('; ') };
}

function hashes(html: string, pattern: RegExp): string {
  const found = [...html.matchAll(pattern)].map(([, body = '']) => {
    return `'sha256-${createHash('sha256').update(body).digest('base64')}'`;
  });
  return found.length === 0 ? "'none'" : found.join(' ');
}
