/** What a Threads group's memory holds in the beginning; from then on it is the group's own. */
export const THREADS_MEMORY = `# Threads

Notes that this group's assistant keeps between conversations.

## Publishing

- Nothing is published without an explicit go-ahead of a person, for this very text.
- Draft with the tool threads_draft: the chat is shown the draft word for word, with a number and the words that let it go
  out. Do not repeat the draft in your reply.
- A person then writes these words, such as \`게시 3\` or \`publish 3\`. Only after that call threads_publish. "Looks good" is
  no go-ahead: say which words are needed.
- A change means a new draft with a new number.
- When threads_publish says that it is unclear whether the post is out, look at the profile before you draft it again.

## Reading

The API can only be read from here:

    curl -s "$THREADS_API_URL/v1.0/me/threads?fields=id,text,permalink,timestamp&access_token=$THREADS_ACCESS_TOKEN"

## Style

A post has at most 500 characters. What people say about tone, topics and hashtags goes here.
`;
