import { expect, it } from 'vitest';
import { routeOf } from './route.ts';

it.each([
  ['/anthropic/v1/messages?beta=true', '/v1/messages?beta=true'],
  ['/anthropic/v1/messages/count_tokens?beta=true', '/v1/messages/count_tokens?beta=true'],
  ['/anthropic/v1/models?limit=1', '/v1/models?limit=1'],
  ['/anthropic/v1/models/a..b', '/v1/models/a..b'],
  ['/anthropic/v1/messages/batches', null],
  ['/anthropic/v1/messages%2fbatches', null],
  ['/anthropic/v1/messages/', null],
  ['/anthropic/v1//messages', null],
  ['/anthropic/V1/messages', null],
  ['/anthropic/v1/messages;x', null],
  ['/anthropic/v1/models/a/b', null],
  ['/anthropic/v1/files', null],
  ['/anthropic/v1/organizations/api_keys', null],
  ['/anthropic/v1/code/sessions', null],
  ['/anthropic/api/oauth/profile', null],
  ['/anthropic/', null],
  ['/anthropic/v1/messages?next=/../', '/v1/messages?next=/../'],
  ['/anthropic', null],
  ['/anthropicx/v1/messages', null],
  ['/v1/messages', null],
  ['http://example.com/anthropic/v1', null],
  ['/anthropic/../admin', null],
  ['/anthropic/v1/%2e%2E/admin', null],
  ['/anthropic/v1%2f..%2fadmin', null],
  ['/anthropic/v1\\..\\admin', null],
  ['', null],
])('The target %s goes to %s', (target, below) => {
  const route = routeOf(target);
  expect(route.kind === 'model' ? route.target : null).toBe(below);
});

it.each([
  ['/threads/v1.0/me?fields=id,username', '/v1.0/me?fields=id,username'],
  [
    '/threads/42/threads_publish?creation_id=1&access_token=x',
    '/42/threads_publish?creation_id=1&access_token=x',
  ],
  ['/threads/refresh_access_token?grant_type=th_refresh_token', null],
  ['/threads/v1.0/refresh%5Faccess%5Ftoken', null],
  ['/threads/access_token?grant_type=th_exchange_token', null],
  ['/threads/oauth/access_token', null],
  ['/threads/debug_token?input_token=x', null],
  ['/threads/me?fields=id,access_token', null],
  ['/threads/?batch=[]', null],
  ['/threads/v1.0/', null],
  ['/threads/42?batch=[]', null],
  ['/threads/%', null],
  ['/threads/v1.0/../oauth', null],
  ['/threads', null],
])('Of the Threads API, %s goes to %s', (target, below) => {
  const route = routeOf(target);
  expect(route.kind === 'threads' ? route.target : null).toBe(below);
});
