/** Publishing on Threads for tests: every group may, every draft goes out, and what went out is kept. */
import type { Store } from '../../src/store/store.ts';
import type { Post, PostEnd } from '../../src/threads/posts.ts';
import { Publishing } from '../../src/threads/publishing.ts';

export class FakePublishing {
  readonly posts: Post[] = [];
  /** What Threads answers to the next posts; `published` when there is nothing here. */
  ends: PostEnd[] = [];
  allowed = true;
  readonly publishing: Publishing;

  constructor(store: Store) {
    this.publishing = new Publishing({
      store,
      mayUseThreads: () => this.allowed,
      publish: async (_folder, post) => {
        this.posts.push(post);
        return this.ends.shift() ?? { kind: 'published', id: `post${this.posts.length}` };
      },
      wordsFor: (_jid, text) => text.replace(/^@폴 /u, ''),
      assistantName: '폴',
      language: 'en',
    });
  }
}
