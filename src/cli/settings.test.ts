import { describe, expect, it } from 'vitest';
import { readCliSettings } from './settings.ts';

describe('settings of the command line', () => {
  it('have defaults when there is no .env', () => {
    expect(readCliSettings(null, {})).toMatchObject({
      language: 'en',
      opsPort: 8787,
      pagePort: 8788,
      token: null,
    });
  });

  it('come from .env with the environment over it; an empty variable hides nothing', () => {
    const settings = readCliSettings('NANOCLAW_PORT=1000\nNANOCLAW_PAGE_PORT=2000\n', {
      NANOCLAW_PORT: '3000',
      NANOCLAW_PAGE_PORT: '',
    });
    expect([settings.opsPort, settings.pagePort]).toEqual([3000, 2000]);
  });

  it('fall back instead of failing on a broken value', () => {
    expect(readCliSettings('NANOCLAW_PORT=many\nnonsense\n', {}).opsPort).toBe(8787);
  });

  it.each([
    [{ LANG: 'ko_KR.UTF-8' }, 'ko'],
    [{ LANG: 'ko_KR.UTF-8', NANOCLAW_LANG: 'en' }, 'en'],
    [{ LANG: 'C' }, 'en'],
  ])('speak the language of %o: %s', (environment, language) => {
    expect(readCliSettings(null, environment).language).toBe(language);
  });

  it('dial loopback when the server listens on every address', () => {
    expect(readCliSettings('NANOCLAW_BIND=0.0.0.0', {}).pageHost).toBe('127.0.0.1');
  });
});
