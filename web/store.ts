/** Holds the page's state and tells whoever listens when it changed. Listeners may dispatch. */
import { type Page, type PageEvent, reduce } from './state.ts';

export type Store = {
  get(): Page;
  dispatch(event: PageEvent): void;
  /** Calls back after every change; the returned function ends that. */
  subscribe(listener: () => void): () => void;
};

export function createStore(initial: Page): Store {
  let page = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => page,
    dispatch(event) {
      page = reduce(page, event);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
