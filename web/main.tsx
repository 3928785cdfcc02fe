/** Wires the page: browser facilities, the API, the two live streams, the courier, and the drawing. */
import { render } from 'preact';
import { type Api, ApiError, createApi } from './api.ts';
import { lastSeq } from './chat-state.ts';
import { App, type Shell } from './components/app.tsx';
import { Courier } from './courier.ts';
import {
  type Box,
  forgetfulBox,
  keepLanguageChoice,
  keepOutgoing,
  readLanguageChoice,
  readTokenFragment,
  takeOutgoing,
  takeToken,
} from './keep.ts';
import { initialPage } from './state.ts';
import { createStore, type Store } from './store.ts';
import { holdStream, type Timers } from './stream.ts';
import { pickLanguage } from './text.ts';

const SECOND_MS = 1_000;

const timers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Reading `sessionStorage` itself throws where storage is forbidden. */
function openBox(open: () => Box): Box {
  try {
    return open();
  } catch {
    return forgetfulBox(); // the page works without; only a reload forgets
  }
}

/** Works on plain HTTP too, where `crypto.randomUUID` is missing. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function createShell(box: Box): Shell {
  return {
    now: Date.now,
    everySecond(callback) {
      const timer = setInterval(callback, SECOND_MS);
      return () => clearInterval(timer);
    },
    newId,
    announce(language, title) {
      document.documentElement.lang = language;
      document.title = title;
    },
    keepLanguage: (language) => keepLanguageChoice(language, box),
  };
}

function followStatus(store: Store, api: Api): void {
  const ports = {
    timers,
    connect: api.openStatus,
    onEvent({ event, data }: { event: string; data: string }) {
      if (event === 'status') store.dispatch({ type: 'status', status: JSON.parse(data), at: Date.now() });
    },
    onBreak() {
      store.dispatch({ type: 'lost', at: Date.now() });
      return true;
    },
  };
  void holdStream(ports, new AbortController().signal);
}

function followChat(store: Store, api: Api): void {
  const ports = {
    timers,
    connect: (signal: AbortSignal) => api.openChat(lastSeq(store.get().chat), signal),
    onEvent({ event, data }: { event: string; data: string }) {
      if (event === 'message') {
        store.dispatch({ type: 'chat', event: { type: 'message', message: JSON.parse(data) } });
      }
      if (event === 'working') {
        store.dispatch({ type: 'chat', event: { type: 'working', working: JSON.parse(data).working } });
      }
    },
    onBreak(error: unknown) {
      store.dispatch({ type: 'chat', event: { type: 'disconnected' } });
      const refused = error instanceof ApiError && error.code === 'UNAUTHORIZED';
      if (refused) store.dispatch({ type: 'token-refused' });
      return !refused;
    },
  };
  void holdStream(ports, new AbortController().signal);
}

function start(host: HTMLElement): void {
  const session = openBox(() => sessionStorage);
  const local = openBox(() => localStorage);
  const token = takeToken(location.hash, session);
  if (readTokenFragment(location.hash) !== null) history.replaceState(null, '', location.pathname);
  // A fresh link opened in this tab changes the fragment only; the reload takes its token.
  addEventListener('hashchange', () => {
    if (readTokenFragment(location.hash) !== null) location.reload();
  });

  const store = createStore(initialPage(token !== null, takeOutgoing(session)));
  const api = createApi(token, fetch.bind(window));
  store.subscribe(() => keepOutgoing(store.get().chat.outgoing, session));
  const firstLanguage = pickLanguage(readLanguageChoice(local), navigator.languages);
  render(<App store={store} api={api} shell={createShell(local)} firstLanguage={firstLanguage} />, host);
  followStatus(store, api);
  if (token === null) return;
  followChat(store, api);
  new Courier({ store, timers, say: api.say });
}

const host = document.getElementById('page');
if (host !== null) start(host);
