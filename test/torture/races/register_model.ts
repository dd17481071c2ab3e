// What a register that one client uses at a time does.
import type { Model } from "./linearizable.ts";
import type { RegisterInput } from "./scenarios.ts";

type Text = string | null;

/** A register: a text, or `null` when there is none. */
export const registerModel: Model<Text, RegisterInput, Text | boolean> = (state, input, output) => {
  const [answer, next] = answerOf(state, input);
  return answer === output ? { next } : undefined;
};

function answerOf(state: Text, input: RegisterInput): readonly [answer: Text | boolean, next: Text] {
  switch (input.kind) {
    case "get":
      return [state, state];
    case "consume":
      return [state, null];
    case "delete":
      return [state !== null, null];
    case "set":
      return [true, input.value];
    case "createIfAbsent":
      return state === null ? [true, input.value] : [false, state];
    case "setIfEquals":
      return state === input.expected ? [true, input.value] : [false, state];
    case "deleteIfEquals":
      return state === input.expected ? [true, null] : [false, state];
  }
}
