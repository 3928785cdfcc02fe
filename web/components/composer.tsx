/** The box to write in. Enter sends, except while an input method is still composing a syllable. */
import { useState } from 'preact/hooks';
import { useReading } from './reading.ts';

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>;

/** `keyCode` 229 is what browsers report for a key the input method takes (UI Events, "Legacy key attributes"). */
export function isSendKey({ key, shiftKey, isComposing, keyCode }: Key): boolean {
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229;
}

export function Composer({ disabled, onWrite }: { disabled: boolean; onWrite: (text: string) => void }) {
  const { chat } = useReading().text;
  const [draft, setDraft] = useState('');
  const send = () => {
    if (disabled || draft.trim() === '') return;
    onWrite(draft.trim());
    setDraft('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event)) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    send();
  };
  return (
    <form class="composer" onSubmit={onSubmit}>
      <textarea
        rows={2}
        value={draft}
        disabled={disabled}
        aria-label={chat.placeholder}
        placeholder={chat.placeholder}
        aria-describedby="composer-hint"
        onInput={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="main-act" disabled={disabled}>
        {chat.send}
      </button>
      <p id="composer-hint" class="quiet">
        {chat.hint}
      </p>
    </form>
  );
}
