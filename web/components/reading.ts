/** What every component reads without being handed it: the words, the language and the present moment. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { catalogue, type Language, type Text } from '../text.ts';

export type Reading = {
  text: Text;
  language: Language;
  /** The server's clock, milliseconds since the epoch; moves on once a second. */
  now: number;
};

export const ReadingContext = createContext<Reading>({ text: catalogue.en, language: 'en', now: 0 });

export const useReading = (): Reading => useContext(ReadingContext);
