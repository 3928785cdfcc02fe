import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { PrivilegedAnswer } from '../../supervisor/ports/privileged.ts';
import type { RemedyParts } from './parts.ts';
import { restartCopilot } from './restart-copilot.ts';

const NEVER = new AbortController().signal;
/** Nothing listens on it: the discard port. */
const NOBODY = 'http://127.0.0.1:9';

function run(copilotUrl: string | null, helper: PrivilegedAnswer, onAsk: () => void = () => undefined) {
  const parts: Pick<RemedyParts, 'settings' | 'privileged' | 'wait'> = {
    settings: () => ({ opsPort: 1, image: '', copilotUrl }),
    privileged: {
      async restart() {
        onAsk();
        return helper;
      },
    },
    wait: async () => undefined,
  };
  return restartCopilot(parts).run(null, NEVER);
}

describe('restarting copilot-api', () => {
  it('is nothing to do where nobody uses it', async () => {
    expect(await run(null, { kind: 'unavailable' })).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('is nobody’s here where no helper is installed: the outcome names what to type with systemd and without', async () => {
    const outcome = await run(NOBODY, { kind: 'unavailable' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      detail: expect.stringMatching(/sudo systemctl restart copilot-api, .*start .*--rate-limit 10 --wait/u),
    });
  });

  it('is the helper’s under systemd, and done once it answers again', async () => {
    const server = createServer((_req, res) => res.end('ok'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const back = () => void server.listen(port, '127.0.0.1');
    const outcome = await run(`http://127.0.0.1:${port}`, { kind: 'done', detail: 'ok' }, back);
    expect(outcome).toMatchObject({ kind: 'done', detail: expect.stringContaining('answers') });
    await new Promise((done) => server.close(done));
  });
});
