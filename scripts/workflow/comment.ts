// `npm run comment`: the summary of a workflow's run as the one comment on its pull request. It runs on the default
// branch, and takes nothing of the pull request but the results, which are data.
import { readFileSync } from "node:fs";
import process from "node:process";
import * as v from "valibot";
import { readRun } from "../../test/report/run.ts";
import { summaryOf } from "../../test/report/summary.ts";

/** The first line of the comment, by which it is found again. */
export const MARK = "<!-- test results of actingweb-edge -->";
const AUTHOR = "github-actions[bot]";
const PAGE = 100;

const eventSchema = v.object({
  workflow_run: v.object({
    html_url: v.string(),
    head_sha: v.string(),
    head_branch: v.string(),
    head_repository: v.object({ owner: v.object({ login: v.string() }) }),
  }),
});
const pullsSchema = v.array(v.object({ number: v.number(), head: v.object({ sha: v.string() }) }));
const commentsSchema = v.array(v.object({
  id: v.number(),
  body: v.nullish(v.string()),
  user: v.nullable(v.object({ login: v.string() })),
}));

/** What the comment is about, and how GitHub is reached. */
export interface CommentOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** GitHub's API, e.g. `GITHUB_API_URL`. */
  readonly api: string;
  /** Owner and name. */
  readonly repository: string;
  readonly token: string;
  /** The event `workflow_run`. */
  readonly event: unknown;
  /** The summary. */
  readonly text: string;
}

/**
 * Leaves exactly one comment on the open pull request whose newest commit was tested; an older run changes nothing.
 *
 * @returns What was done, in words
 * @throws {Error} When GitHub refuses
 */
export async function comment(options: CommentOptions): Promise<string> {
  const { workflow_run: run } = v.parse(eventSchema, options.event);
  const number = await pullRequestOf(options, run);
  if (number === null) return "no open pull request is at this commit";
  const body = `${MARK}\n${options.text}\n[Run](${run.html_url}) of ${run.head_sha}\n`;
  const [first, ...others] = await ownComments(options, number);
  if (first === undefined) await ask(options, "POST", `issues/${number}/comments`, { body });
  else await ask(options, "PATCH", `issues/comments/${first}`, { body });
  for (const id of others) await ask(options, "DELETE", `issues/comments/${id}`);
  return `${first === undefined ? "added" : "changed"} the comment on pull request ${number}`;
}

/** The event names no pull request of a fork, so it is found by its branch. */
async function pullRequestOf(
  options: CommentOptions,
  run: v.InferOutput<typeof eventSchema>["workflow_run"],
): Promise<number | null> {
  const head = encodeURIComponent(`${run.head_repository.owner.login}:${run.head_branch}`);
  const pulls = v.parse(pullsSchema, await ask(options, "GET", `pulls?state=open&head=${head}&per_page=${PAGE}`));
  return pulls.find((pull) => pull.head.sha === run.head_sha)?.number ?? null;
}

async function ownComments(options: CommentOptions, number: number): Promise<number[]> {
  const own: number[] = [];
  for (let page = 1;; page++) {
    const path = `issues/${number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = v.parse(commentsSchema, await ask(options, "GET", path));
    const ours = comments.filter(({ body, user }) => user?.login === AUTHOR && body?.startsWith(MARK));
    own.push(...ours.map(({ id }) => id));
    if (comments.length < PAGE) return own;
  }
}

async function ask(options: CommentOptions, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await options.fetch(`${options.api}/repos/${options.repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${options.token}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${method} ${path}`);
  return text === "" ? null : JSON.parse(text);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

if (import.meta.main) {
  const done = await comment({
    fetch,
    api: required("GITHUB_API_URL"),
    repository: required("GITHUB_REPOSITORY"),
    token: required("GITHUB_TOKEN"),
    event: JSON.parse(readFileSync(required("GITHUB_EVENT_PATH"), "utf8")),
    text: summaryOf(readRun()),
  });
  console.log(done);
}
