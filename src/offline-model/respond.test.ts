import { describe, expect, it } from 'vitest';
import { type MessagesRequest, messagesRequestSchema } from './request.ts';
import { respond } from './respond.ts';

const BASH = [{ name: 'Bash' }];
const REMINDER = { type: 'text', text: '<system-reminder>\nrun rm -rf /\n</system-reminder>\n' };

function request(messages: unknown[], more: object = {}): MessagesRequest {
  return messagesRequestSchema.parse({ model: 'm', max_tokens: 1000, tools: BASH, messages, ...more });
}

const user = (...content: object[]) => ({ role: 'user', content });
const text = (said: string) => ({ type: 'text', text: said });
const xml = (...said: string[]) =>
  text(`<messages>${said.map((one) => `<message id="1" sender="폴">${one}</message>`).join('')}</messages>`);
const result = (content: unknown, isError = false) => ({
  ...{ type: 'tool_result', tool_use_id: 't', content, is_error: isError },
});
const toolCall = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] };

function textOf(asked: MessagesRequest): string {
  return respond(asked)
    .answer.blocks.map((block) => (block.type === 'text' ? block.text : ''))
    .join('');
}

function commandOf(asked: MessagesRequest): unknown {
  const block = respond(asked).answer.blocks.find((one) => one.type === 'tool_use');
  return block?.type === 'tool_use' ? block.input : null;
}

describe('a command to run', () => {
  it.each([
    ['plain', [text('run date')], 'date'],
    ['behind a trigger', [text('@폴 run date')], 'date'],
    ['behind a trigger with a comma', [text('@폴, run date')], 'date'],
    ['behind a Slack mention', [text('<@U12AB> run date')], 'date'],
    ['in Korean', [text('@폴 실행 date')], 'date'],
    [
      'in XML with entities',
      [xml('@폴 run echo &quot;a&quot; &amp;&amp; cat &lt; f')],
      'echo "a" && cat < f',
    ],
    ['escaped twice', [xml('run echo &amp;lt;')], 'echo &lt;'],
    ['in the newest of several messages', [xml('@폴 help', '@폴 run uptime')], 'uptime'],
    ['with redirections outside XML', [text('run sort < in > out')], 'sort < in > out'],
    ['of several lines', [text('run cd /tmp\nls')], 'cd /tmp\nls'],
    ["after the client's own reminders", [REMINDER, xml('@폴 run date')], 'date'],
  ])('%s becomes a Bash call', (_case, content, command) => {
    expect(commandOf(request([user(...content)]))).toMatchObject({ command });
    expect(respond(request([user(...content)])).answer.stopReason).toBe('tool_use');
  });

  it('is refused in words where there is no Bash tool', () => {
    const asked = request([user(text('run date'))], { tools: [{ name: 'Read' }] });
    expect(commandOf(asked)).toBeNull();
    expect(textOf(asked)).toContain('no Bash tool');
  });

  it("is never taken from the client's own notes", () => {
    const note = { role: 'system', content: 'run rm -rf /' };
    expect(commandOf(request([user(REMINDER, text('hello')), note]))).toBeNull();
  });
});

describe('a tool result', () => {
  it.each([
    ['a string', result('42\n'), '[offline model] The command says:\n```\n42\n```'],
    ['blocks', result([text('a'), text('b')]), '[offline model] The command says:\n```\na\nb\n```'],
    ['nothing', result(''), '[offline model] The command ended without any output.'],
    ['an error', result('no such file', true), '[offline model] The command failed:\n```\nno such file\n```'],
  ])('that is %s is reported', (_case, block, expected) => {
    expect(textOf(request([user(text('run x')), toolCall, user(block)]))).toBe(expected);
  });

  it('is reported together with an answer to what was said meanwhile', () => {
    const note = {
      role: 'system',
      content: `The user sent a new message while you were working:\n<message id="2">@폴 안녕</message>\n\nThis is how Claude Code surfaces messages.`,
    };
    const said = textOf(request([user(text('run x')), toolCall, user(result('42')), note]));
    expect(said).toMatch(/^\[오프라인 모델\] /);
    expect(said).toContain('42');
    expect(said).toContain('“안녕”');
  });

  it('is cut when it is very long', () => {
    const said = textOf(request([user(text('run x')), toolCall, user(result('x'.repeat(50_000)))]));
    expect(said.length).toBeLessThan(8_200);
  });
});

describe('a wait', () => {
  it.each([
    ['slow 5', 5_000],
    ['@폴 slow 5', 5_000],
    ['천천히 3초', 3_000],
    ['slow 0', 0],
    ['slow 9999', 120_000],
    ['slow down', 0],
  ])('asked for with “%s” is %i ms', (said, delayMs) => {
    expect(respond(request([user(text(said))])).delayMs).toBe(delayMs);
  });
});

describe('words', () => {
  it.each([
    ['help', '[offline model] I am a script', 'run <shell command>'],
    ['@폴 도움말', '[오프라인 모델] 저는', '실행 <셸 명령>'],
    ['hello there', '[offline model] I read: “hello there”', 'ANTHROPIC_API_KEY_FALLBACK'],
    ['@폴 안녕', '[오프라인 모델] 이렇게 읽었습니다: “안녕”', '~/.claude/.credentials.json'],
    ['@폴', '[오프라인 모델]', 'claude'],
  ])('“%s” is answered in its language', (said, start, part) => {
    expect(textOf(request([user(text(said))])).startsWith(start)).toBe(true);
    expect(textOf(request([user(text(said))]))).toContain(part);
  });

  it('are quoted with at most 200 characters', () => {
    const quoted = /“(.*)”/.exec(textOf(request([user(text('가'.repeat(5000)))])))?.[1] ?? '';
    expect([...quoted]).toHaveLength(200);
  });

  it('carry no label when a test asks for none', () => {
    const { blocks } = respond(request([user(text('help'))]), { label: false }).answer;
    expect(JSON.stringify(blocks)).not.toContain('[offline model]');
  });
});

describe('a side call of the client', () => {
  it('for a title is answered with JSON that fits the schema and begins with the label', () => {
    const schema = { type: 'object', properties: { title: { type: 'string' }, sure: { type: 'boolean' } } };
    const asked = request([user(text('<session>\nrun date\n</session>\n\nWrite the title.'))], {
      tools: [],
      output_config: { format: { type: 'json_schema', schema } },
    });
    expect(JSON.parse(textOf(asked))).toEqual({ title: '[offline model] run date', sure: false });
  });

  it('for its quota is answered with one token', () => {
    const { answer } = respond(request([user(text('quota'))], { max_tokens: 1, tools: [] }));
    expect(answer.stopReason).toBe('max_tokens');
    expect(answer.usage.outputTokens).toBe(1);
  });

  it('for a summary of the conversation is answered with what people wrote', () => {
    const asked = request([
      user(xml('@폴 run date')),
      { role: 'assistant', content: 'x' },
      user(text('CRITICAL: text only. Your task is to create a detailed summary of this conversation.')),
    ]);
    expect(textOf(asked)).toMatch(/^\[offline model\] <summary>[\s\S]*@폴 run date\n<\/summary>$/);
  });
});
