/** The whole page, top to bottom, drawn from the store. */
import { useEffect, useState } from 'preact/hooks';
import type { Api } from '../api.ts';
import { findObstacle, type Page } from '../state.ts';
import type { Store } from '../store.ts';
import { catalogue, type Language } from '../text.ts';
import { Banner, describe } from './banner.tsx';
import { Chat } from './chat.tsx';
import { Foot } from './foot.tsx';
import { Healing } from './healing.tsx';
import { Incidents } from './incidents.tsx';
import { Parts } from './parts.tsx';
import { ReadingContext } from './reading.ts';
import { Restart } from './restart.tsx';
import { TokenNote } from './token-note.tsx';
import { Vitals } from './vitals.tsx';

/** Browser facilities the page needs, handed in so that only main.tsx knows them. */
export type Shell = {
  now(): number;
  /** Calls back once a second; the returned function ends that. */
  everySecond(callback: () => void): () => void;
  newId(): string;
  /** Tells the document its language and title. */
  announce(language: Language, title: string): void;
  keepLanguage(language: Language): void;
};

type Props = { store: Store; api: Api; shell: Shell; firstLanguage: Language };

export function App({ store, api, shell, firstLanguage }: Props) {
  const page = usePage(store);
  const now = useNow(shell) + page.skewMs;
  const [language, setLanguage] = useState(firstLanguage);
  const text = catalogue[language];
  const title = `${describe(page.contact, page.status, text).sentence} · nanoclaw`;
  useEffect(() => shell.announce(language, title), [language, title]);
  const toggle = () => {
    const other = language === 'en' ? 'ko' : 'en';
    shell.keepLanguage(other);
    setLanguage(other);
  };
  return (
    <ReadingContext.Provider value={{ text, language, now }}>
      <header class="top">
        <a class="skip" href="#chat">
          {text.skipToChat}
        </a>
        <span class="brand">nanoclaw</span>
        <button type="button" aria-label={text.otherLanguageLabel} onClick={toggle}>
          {text.otherLanguage}
        </button>
      </header>
      <Body page={page} store={store} api={api} shell={shell} />
    </ReadingContext.Provider>
  );
}

/** Nothing but the banner before the first state is known, so that nothing moves when it arrives. */
function Body({ page, store, api, shell }: Omit<Props, 'firstLanguage'> & { page: Page }) {
  const { status, contact, access } = page;
  const mayAct = access === 'token' && contact.kind === 'live';
  return (
    <main class={contact.kind === 'lost' ? 'stale' : ''}>
      <Banner contact={contact} status={status} />
      {access !== 'token' && <TokenNote access={access} />}
      {status !== null && (
        <div class="columns">
          <div class="column">
            <Restart api={api} mayAct={mayAct} hasToken={access === 'token'} />
            <Healing status={status} />
            <Parts components={page.components} current={status.service.readiness !== null} />
            <Vitals heartbeat={status.service.heartbeat} history={page.history} />
            <Incidents incidents={status.incidents} api={api} mayAct={mayAct} />
          </div>
          <ChatColumn page={page} store={store} shell={shell} />
        </div>
      )}
      {status !== null && <Foot status={status} />}
    </main>
  );
}

function ChatColumn({ page, store, shell }: { page: Page; store: Store; shell: Shell }) {
  const onWrite = (text: string) => {
    store.dispatch({ type: 'chat', event: { type: 'written', id: shell.newId(), text, at: shell.now() } });
  };
  const onWithdraw = (id: string) => store.dispatch({ type: 'chat', event: { type: 'withdrawn', id } });
  return <Chat chat={page.chat} obstacle={findObstacle(page)} onWrite={onWrite} onWithdraw={onWithdraw} />;
}

function usePage(store: Store): Page {
  const [page, setPage] = useState(store.get());
  useEffect(() => {
    setPage(store.get());
    return store.subscribe(() => setPage(store.get()));
  }, [store]);
  return page;
}

function useNow(shell: Shell): number {
  const [now, setNow] = useState(shell.now());
  useEffect(() => shell.everySecond(() => setNow(shell.now())), [shell]);
  return now;
}
