/** English texts of `nanoclaw groups`. */
export const groupsEn = {
  columns: ['CHAT', 'GROUP', 'ANSWERS', 'PEOPLE', 'BOTS', 'NAME'],
  chatColumns: ['CHAT', 'GROUP', 'NAME'],
  byName: 'mentions',
  always: 'everything',
  everybody: 'everybody',
  nobody: 'nobody',
  notRegistered: '–',
  noChats: 'No chats yet: write something where the assistant is a member.',
  needsFolder: (jid: string) => `${jid} is not registered: name its group with --folder`,
  badConfig: (file: string, reason: string) => `${file} is no configuration of a group: ${reason}`,
  added: (jid: string, folder: string) => `${jid} belongs to the group "${folder}".`,
  removed: (jid: string) => `${jid} is removed. Its messages and the group's memory stay.`,
};
