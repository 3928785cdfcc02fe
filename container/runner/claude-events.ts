/**
 * From the SDK's messages to conversation events. What an input is taken by is told twice: by its replay
 * (`--replay-user-messages`) and by `user_message_uuids` on the messages that follow; either may come first.
 */
import type {
  SDKAssistantMessage,
  SDKAssistantMessageError,
  SDKMessage,
  SDKResultMessage,
} from '@anthropic-ai/claude-agent-sdk';
import type { Usage } from '../../contracts/link.ts';
import type { ConversationEvent, ResultEvent } from './conversation.ts';
import { findFailure } from './failure.ts';

/** Makes the translation for one session: an error result is explained by the assistant message before it. */
export function createTranslator(): (message: SDKMessage) => ConversationEvent[] {
  let errorKind: SDKAssistantMessageError | null = null;
  return (message) => {
    switch (message.type) {
      case 'system':
        if (message.subtype === 'init') return [{ type: 'started', session: message.session_id }];
        if (message.subtype === 'api_retry')
          return [{ type: 'retry', attempt: message.attempt, status: message.error_status }];
        return [];
      case 'user':
        return 'isReplay' in message && message.uuid ? [{ type: 'taken', inputs: [message.uuid] }] : [];
      case 'assistant':
        errorKind = message.error ?? null;
        return fromAssistant(message);
      case 'result':
        return fromResult(message, errorKind);
      default:
        return []; // The SDK's list of messages is open; progress and status are of no use here.
    }
  };
}

/** An error or cut message is no point to resume at; a subagent's message is not of the main thread. */
function fromAssistant(message: SDKAssistantMessage): ConversationEvent[] {
  if (message.parent_tool_use_id !== null) return [];
  const events: ConversationEvent[] = [];
  if (message.user_message_uuids) events.push({ type: 'taken', inputs: message.user_message_uuids });
  if (!message.error && !message.aborted) events.push({ type: 'said', assistant: message.uuid });
  return events;
}

function fromResult(
  result: SDKResultMessage,
  errorKind: SDKAssistantMessageError | null,
): ConversationEvent[] {
  const text = result.subtype === 'success' ? result.result.trim() : '';
  return [
    {
      type: 'result',
      inputs: result.user_message_uuids ?? null,
      text: text === '' ? null : text,
      failure: findFailure(result, errorKind),
      own: ownUsage(result),
      total: totalUsage(result),
    },
  ];
}

function ownUsage({ usage }: SDKResultMessage): ResultEvent['own'] {
  return {
    inputTokens: usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
    outputTokens: usage.output_tokens,
  };
}

/** `usage` leaves the subagents out. */
function totalUsage({ modelUsage, total_cost_usd: costUsd }: SDKResultMessage): Usage {
  const total = { inputTokens: 0, outputTokens: 0, costUsd };
  for (const model of Object.values(modelUsage)) {
    total.inputTokens += model.inputTokens + model.cacheCreationInputTokens + model.cacheReadInputTokens;
    total.outputTokens += model.outputTokens;
  }
  return total;
}
