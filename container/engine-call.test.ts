import { describe, expect, it } from 'vitest';
import { callsTo, explainEngineError, statusOf } from './engine-call.ts';

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
  const never = () => new Promise(() => undefined);

  it('that the caller aborts says so, also when the client knows no signals', async () => {
    const caller = new AbortController();
    const pending = callsTo(null)({ ...call, signal: caller.signal }, never);
    caller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each([
    ['the system’s', '/var/run/docker.sock', 'sudo systemctl restart docker'],
    ['the system’s, by its other name', '/run/docker.sock', 'sudo systemctl restart docker'],
    ['one without root', '/run/user/1000/docker.sock', 'systemctl --user restart docker'],
    ['one behind TCP', null, 'sudo systemctl restart docker'],
  ])(
    'that passes its deadline says that the engine hangs, and how to restart it: %s',
    async (_, socketPath, command) => {
      const pending = callsTo(socketPath)({ ...call, deadlineMs: 0 }, never);
      await expect(pending).rejects.toMatchObject({
        code: 'timed_out',
        message: expect.stringContaining(`Run: ${command}`),
      });
    },
  );
});
