/** What the decision looks at, and what it answers. */

/** Who can answer: the light model (no tools, a few seconds) or the group's agent. */
export type Tier = 'light' | 'agent';

export type PromptFeatures = {
  /** What the person who asks wrote; a trigger in front of it (`@폴`) does no harm. */
  text: string;
  /** How many asking messages this turn holds; several at once are the agent's. */
  questions: number;
  attachments: number;
  /** Due tasks are always the agent's. */
  origin: 'person' | 'task';
  /** The agent's last reply in this chat ended with a question: what comes now is likely its answer. */
  awaitsAnswer: boolean;
  /** It was written into a thread that an agent has worked for, or that is older than what we know. */
  inAgentThread: boolean;
  /** An agent spoke in this chat not long ago: a question that is not whole in itself is likely about that. */
  followsAgent: boolean;
  /** What people call the assistant; taken out of the text. */
  names: readonly string[];
};

/** Why the agent is needed. */
export type Need =
  | 'task'
  | 'attachment'
  | 'answers_question'
  | 'several_questions'
  | 'agent_thread'
  | 'follows_agent'
  | 'too_long'
  | 'longish'
  | 'several_parts'
  | 'link'
  | 'file'
  | 'code'
  | 'command'
  | 'schedule'
  | 'clock'
  | 'current_facts'
  | 'memory'
  | 'conversation'
  | 'people'
  | 'personal'
  | 'judgement'
  | 'own_context'
  | 'big_numbers'
  | 'unrecognised';

/** What the light model can answer. */
export type Shape = 'social' | 'definition' | 'translation' | 'arithmetic' | 'rewriting' | 'trivia' | 'play';

export type Decision = {
  tier: Tier;
  /** 0 (surely light) to 100 (surely the agent's). */
  score: number;
  /** What was recognised, most telling first: shapes and needs. */
  reasons: readonly (Need | Shape)[];
};
