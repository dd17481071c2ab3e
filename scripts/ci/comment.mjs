// Keeps one comment with the summary of a run on its pull request. The files come from a run that a stranger may have
// changed, so the number in them is believed only when that pull request is at the commit that was tested.
import { readFileSync } from "node:fs";
import process from "node:process";

const MARK = "<!-- summary of the matrix -->";
const CHARACTERS = 60_000;

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, HEAD_SHA } = process.env;
const number = readFileSync("test-results/pull_request.txt", "utf8").trim();
if (!/^\d{1,9}$/.test(number)) throw new Error("the run names no pull request");

async function ask(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: "application/vnd.github+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return await response.json();
}

const { head } = await ask("GET", `pulls/${number}`);
if (head.sha === HEAD_SHA) {
  const body = `${MARK}\n${readFileSync("test-results/summary.md", "utf8").slice(0, CHARACTERS)}`;
  let mine;
  for (let page = 1, found = []; mine === undefined && (page === 1 || found.length === 100); page++) {
    found = await ask("GET", `issues/${number}/comments?per_page=100&page=${page}`);
    mine = found.find(({ user, body: text }) => user.type === "Bot" && text.startsWith(MARK));
  }
  if (mine === undefined) await ask("POST", `issues/${number}/comments`, { body });
  else await ask("PATCH", `issues/comments/${mine.id}`, { body });
} else console.log("The pull request has moved on; its newest run will tell.");
