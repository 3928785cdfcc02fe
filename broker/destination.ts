/** Where a request that may pass goes, with the real credential put in: asked anew for each one. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Concealed } from './conceal.ts';
import { presentsPlaceholder, toThreadsHeaders, toUpstreamHeaders } from './headers.ts';
import { ONLY_MODEL_API, type Route } from './route.ts';
import { presentsThreadsPlaceholder, withToken } from './threads.ts';
import type { AnswerHead, BrokerOptions, ModelUpstream } from './types.ts';

export type Passing = Exclude<Route, { kind: 'refused' }>;

export type Destination =
  | Extract<ModelUpstream, { kind: 'handler' }>
  | {
      kind: 'http';
      baseUrl: string;
      target: string;
      headers: Record<string, string | string[]>;
      conceal?: Concealed;
      onAnswer?(head: AnswerHead): void;
      onFailure?(message: string): void;
    }
  | { kind: 'refused'; reason: string };

/** Whether the container showed who it is, where the API that it asks for wants a credential. */
export function presentsItself(route: Passing, headers: IncomingHttpHeaders, placeholder: string): boolean {
  switch (route.kind) {
    case 'model':
      return presentsPlaceholder(headers, placeholder);
    case 'threads':
      return presentsThreadsPlaceholder(route.target, headers, placeholder);
  }
}

/** What a record calls an upstream. */
export function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : 'an address that is none';
}

/** Rejects when there is no upstream at present; the error's message is fit for the container. */
export async function destinationOf(
  route: Passing,
  headers: IncomingHttpHeaders,
  options: BrokerOptions,
): Promise<Destination> {
  switch (route.kind) {
    case 'model': {
      const upstream = await options.upstream();
      if (upstream.kind === 'handler') return upstream;
      const { credential, ...rest } = upstream;
      return { ...rest, target: route.target, headers: toUpstreamHeaders(headers, credential) };
    }
    case 'threads': {
      const upstream = (await options.threads?.()) ?? { kind: 'refused', reason: ONLY_MODEL_API };
      if (upstream.kind === 'refused') return upstream;
      const { baseUrl, token } = upstream;
      const conceal = { secret: token, by: options.placeholder.value };
      const target = withToken(route.target, token);
      return { kind: 'http', baseUrl, target, headers: toThreadsHeaders(headers), conceal };
    }
  }
}
