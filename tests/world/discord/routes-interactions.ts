/** Routes by which a bot answers commands and buttons, and registers commands. */
import { isObject } from '../shared/body.ts';
import { compose } from './compose.ts';
import type { Interaction } from './interactions.ts';
import type { DiscordRecord } from './record.ts';
import { type Route, type RouteCall, refuse } from './route.ts';
import { byBot, editMessage, shown } from './routes-messages.ts';

/** Discord's reference: interaction callback types. */
const ANSWER = { message: 4, deferredMessage: 5, deferredUpdate: 6 } as const;
/** Discord's reference: application command naming. */
const COMMAND_NAME = /^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$/u;
const FOLLOW_UPS = '/webhooks/:application/:token';

export const INTERACTION_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/interactions/:id/:token/callback', open: true, run: callback },
  { method: 'POST', path: FOLLOW_UPS, open: true, run: followUp },
  {
    method: 'GET',
    path: `${FOLLOW_UPS}/messages/:message`,
    open: true,
    run: (call) => shown(call, target(call)),
  },
  { method: 'PATCH', path: `${FOLLOW_UPS}/messages/:message`, open: true, run: editAnswer },
  { method: 'DELETE', path: `${FOLLOW_UPS}/messages/:message`, open: true, run: removeAnswer },
  ...['/applications/:application/commands', '/applications/:application/guilds/:guild/commands'].flatMap(
    (path): Route[] => [
      { method: 'PUT', path, run: register },
      { method: 'GET', path, run: listCommands },
    ],
  ),
];

function callback(call: RouteCall): object | null {
  const [id = '', token = ''] = call.ids;
  const interaction = call.interactions.unanswered(id, token);
  if (interaction === undefined) throw refuse.unknownInteraction();
  if (interaction.answeredWith !== null) throw refuse.alreadyAcknowledged();
  const kind = Number(call.json.type);
  if (kind === ANSWER.message) answer(inner(call), interaction);
  interaction.answeredWith = kind;
  if (kind === ANSWER.deferredMessage) interaction.isPrivate = isEphemeral(inner(call));
  call.changed();
  if (call.query.get('with_response') !== 'true') return null;
  const message = call.store.find(interaction.chat, interaction.original ?? '');
  const about = { id, type: 2, response_message_id: interaction.original, response_message_loading: false };
  const resource = message === undefined ? {} : { resource: { type: kind, message: shown(call, message) } };
  return { interaction: about, ...resource };
}

/** The message lies in `data` of a callback. */
function inner(call: RouteCall): RouteCall {
  return { ...call, json: isObject(call.json.data) ? call.json.data : {} };
}

function answer(call: RouteCall, interaction: Interaction): DiscordRecord {
  const { enforceNonce: _, ...composed } = compose(call, interaction.chat);
  const ephemeral = composed.ephemeral || (interaction.isPrivate && interaction.original === null);
  const message = call.store.create({
    ...byBot(call, interaction.chat, composed),
    ephemeral,
    interaction: interaction.id,
  });
  interaction.original ??= message.id;
  return message;
}

function followUp(call: RouteCall): object {
  return shown(call, answer(call, asked(call)));
}

/** Editing the answer that was promised (deferred) is what brings it about. */
function editAnswer(call: RouteCall): object {
  const interaction = asked(call);
  const isPromised = interaction.answeredWith === ANSWER.deferredMessage && interaction.original === null;
  if (call.ids[2] === '@original' && isPromised) return shown(call, answer(call, interaction));
  return editMessage(call, target(call));
}

function removeAnswer(call: RouteCall): null {
  call.store.remove(target(call));
  return null;
}

function target(call: RouteCall): DiscordRecord {
  const interaction = asked(call);
  const id = call.ids[2] === '@original' ? interaction.original : call.ids[2];
  const message = call.store.find(interaction.chat, id ?? '');
  if (message === undefined) throw refuse.unknownMessage();
  return message;
}

function asked({ interactions, ids }: RouteCall): Interaction {
  const interaction = interactions.byToken(ids[1] ?? '');
  if (interaction === undefined) throw refuse.unknownWebhook();
  return interaction;
}

/** Discord's reference: message flags. */
function isEphemeral({ json }: RouteCall): boolean {
  return (Number(json.flags ?? 0) & 64) !== 0;
}

/** The translations come only when they are asked for. */
function listCommands({ commands, ids, query, store }: RouteCall): object {
  if (!store.description.commandsAllowed) throw refuse.missingAccess();
  const all = commands.get(ids[1] ?? 'global') ?? [];
  if (query.get('with_localizations') === 'true') return all;
  return all.map((command) => {
    const {
      name_localizations: _names,
      description_localizations: _descriptions,
      ...shown
    } = isObject(command) ? command : {};
    return shown;
  });
}

function register({ commands, ids, json, store, changed }: RouteCall): object {
  if (!store.description.commandsAllowed) throw refuse.missingAccess();
  const [application, place = 'global'] = ids;
  const given = (Array.isArray(json.list) ? json.list : []).filter(isObject);
  for (const [index, { name }] of given.entries()) {
    const isTwice = given.findIndex((one) => one.name === name) !== index;
    if (isTwice) throw refuse.form(`${index}`, 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Names must be unique');
    if (!COMMAND_NAME.test(String(name)))
      throw refuse.form(`${index}`, 'STRING_TYPE_REGEX', 'Not a valid name.');
  }
  const stored = given.map((command) => ({
    ...{ id: store.ids.next(), application_id: application, version: '1', type: 1, description: '' },
    ...{ default_member_permissions: null, nsfw: false, integration_types: [0], options: [], ...command },
  }));
  commands.set(place, stored);
  changed();
  return stored;
}
