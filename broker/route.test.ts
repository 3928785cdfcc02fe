import { expect, it } from 'vitest';
import { routeOf } from './route.ts';

it.each([
  ['/anthropic/v1/messages?beta=true', '/v1/messages?beta=true'],
  ['/anthropic/', '/'],
  ['/anthropic/v1/models/a..b', '/v1/models/a..b'],
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
