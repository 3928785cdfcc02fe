import { describe, expect, it } from 'vitest';
import { callEngine, explainEngineError, statusOf } from './engine-call.ts';

const call = { doing: 'starting nanoclaw-family-a1', image: 'nanoclaw-agent:latest' };
const connection = (code: string, address = '/var/run/docker.sock') =>
  Object.assign(new Error(`connect ${code} ${address}`), { code, address });
const answer = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode });

describe('an error of the engine', () => {
  it.each([
    ['refused', connection('ECONNREFUSED'), 'engine_unreachable', 'sudo systemctl start docker'],
    ['no socket', connection('ENOENT'), 'engine_unreachable', 'sudo systemctl start docker'],
    [
      'refused by one without root',
      connection('ECONNREFUSED', '/run/user/1000/docker.sock'),
      'engine_unreachable',
      'systemctl --user start docker',
    ],
    ['no permission', connection('EACCES'), 'engine_forbidden', 'sudo usermod -aG docker $USER'],
    ['no image', answer(404, '(HTTP code 404) - No such image: x'), 'image_missing', './container/build.sh'],
    ['no container', answer(404, '(HTTP code 404) - No such container: x'), 'engine_failed', 'docker info'],
    ['anything else', answer(500, 'server error\nmore'), 'engine_failed', 'docker info'],
    ['not an error at all', 'odd', 'engine_failed', 'docker info'],
  ])('is told by its code and with what to type: %s', (_, error, code, command) => {
    const explained = explainEngineError(error, call);
    expect(explained).toMatchObject({ code, cause: error });
    expect(explained.message).toContain(command);
    expect(explained.message).not.toContain('\n');
  });

  it('keeps the engine’s status', () => {
    expect(statusOf(explainEngineError(answer(409, 'in use'), call))).toBe(409);
    expect(statusOf(connection('ENOENT'))).toBeNull();
  });
});

describe('a call', () => {
  it('that the caller aborts says so, also when the client knows no signals', async () => {
    const caller = new AbortController();
    const pending = callEngine({ ...call, signal: caller.signal }, () => new Promise(() => undefined));
    caller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
  });

  it('that passes its deadline says that the engine hangs', async () => {
    const pending = callEngine({ ...call, deadlineMs: 0 }, () => new Promise(() => undefined));
    await expect(pending).rejects.toMatchObject({ code: 'timed_out' });
  });
});
