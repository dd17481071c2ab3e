// The one comment on a pull request, against a GitHub made of a list.
import { expect } from "bun:test";
import { comment, type CommentOptions, MARK } from "../../scripts/workflow/comment.ts";
import { behaviours } from "../support/behaviour.ts";

const behaviour = behaviours("workflow comment");

interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

interface Fake {
  readonly comments: Comment[];
  readonly writes: string[];
  readonly options: CommentOptions;
}

const BOT = { login: "github-actions[bot]" };

/** A repository with pull request 7 of the fork `guest`, at commit `abc`. */
function fakeRepository(comments: Comment[], run: { sha?: string; branch?: string; status?: number } = {}): Fake {
  const writes: string[] = [];
  const answer = (method: string, url: URL, body: string): unknown => {
    const path = url.pathname.replace("/repos/owner/name/", "");
    if (path === "pulls") {
      const found = url.searchParams.get("head") === "guest:topic & more";
      return found ? [{ number: 7, head: { sha: "abc" } }] : [];
    }
    if (method === "GET") {
      const from = (Number(url.searchParams.get("page")) - 1) * 100;
      return comments.slice(from, from + 100);
    }
    writes.push(`${method} ${path}`);
    const id = Number(path.split("/").at(-1));
    const text = method === "DELETE" ? "" : (JSON.parse(body) as { body: string }).body;
    if (method === "POST") comments.push({ id: 1000, body: text, user: BOT });
    if (method === "PATCH") comments.find((each) => each.id === id)!.body = text;
    if (method === "DELETE") comments.splice(comments.findIndex((each) => each.id === id), 1);
    return null;
  };
  const options: CommentOptions = {
    api: "https://api.example",
    repository: "owner/name",
    token: "secret",
    text: "12 passed",
    event: {
      workflow_run: {
        html_url: "https://example/run/1",
        head_sha: run.sha ?? "abc",
        head_branch: run.branch ?? "topic & more",
        head_repository: { owner: { login: "guest" } },
      },
    },
    fetch: (url, init) => {
      expect(new Headers(init.headers).get("authorization")).toBe("Bearer secret");
      if (run.status !== undefined) return Promise.resolve(new Response("no", { status: run.status }));
      const found = answer(init.method!, new URL(url), String(init.body));
      return Promise.resolve(found === null ? new Response(null, { status: 204 }) : Response.json(found));
    },
  };
  return { comments, writes, options };
}

/** So many comments of people. */
function talk(count: number): Comment[] {
  return Array.from({ length: count }, (_, id) => ({ id, body: "a word", user: { login: "guest" } }));
}

const own = ({ comments }: Fake) => comments.filter(({ user, body }) => user === BOT && body.startsWith(MARK));

behaviour("the first run adds the comment, and the next one changes it", async () => {
  const fake = fakeRepository(talk(3));
  expect(await comment(fake.options)).toBe("added the comment on pull request 7");
  expect(await comment({ ...fake.options, text: "13 passed" })).toBe("changed the comment on pull request 7");
  expect(fake.writes).toEqual(["POST issues/7/comments", "PATCH issues/comments/1000"]);
  expect(own(fake).map(({ body }) => body)).toEqual([`${MARK}\n13 passed\n[Run](https://example/run/1) of abc\n`]);
});

behaviour("the comment is found behind hundreds of others", async () => {
  const fake = fakeRepository([...talk(250), { id: 900, body: `${MARK}\nold`, user: BOT }]);
  await comment(fake.options);
  expect(fake.writes).toEqual(["PATCH issues/comments/900"]);
});

behaviour("of several comments one is left", async () => {
  const several = [1, 2, 3].map((id) => ({ id, body: `${MARK}\nold`, user: BOT }));
  const fake = fakeRepository(several);
  await comment(fake.options);
  expect(own(fake).map(({ id }) => id)).toEqual([1]);
});

behaviour("a person's comment with the same mark stays as it is", async () => {
  const fake = fakeRepository([{ id: 1, body: `${MARK}\nmine`, user: { login: "guest" } }]);
  await comment(fake.options);
  expect(fake.comments[0]!.body).toBe(`${MARK}\nmine`);
  expect(own(fake)).toHaveLength(1);
});

behaviour("a run of an older commit, or of no pull request, writes nothing", async () => {
  for (const run of [{ sha: "older" }, { branch: "other" }]) {
    const fake = fakeRepository(talk(1), run);
    expect(await comment(fake.options)).toBe("no open pull request is at this commit");
    expect(fake.writes).toEqual([]);
  }
});

behaviour("what GitHub refuses is thrown, without the token", async () => {
  const error = await comment(fakeRepository([], { status: 403 }).options).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain("GitHub answered 403 to GET pulls");
  expect(String(error)).not.toContain("secret");
});
