import { expect, test } from "vitest";
import { readCsv, readQuestions, sampleCsv } from "./question_file";

test("a table becomes questions as the command line reads them", () => {
  const found = readCsv(
    '\uFEFFset,description,question,category,difficulty,time_limit,hints,expected_points\r\n' +
      'Backend,"First, of two","What is a lock?\nSay why.",technical,hard,90,"one|two",a \\| b | c\r\n' +
      "\r\n" +
      "Backend,,'=How do you sum?,,,,,\r\n",
  );
  expect(found.problems).toEqual([]);
  expect(found).toMatchObject({ name: "Backend", description: "First, of two" });
  expect(found.questions).toMatchObject([
    { text: "What is a lock?\nSay why.", category: "technical", difficulty: "hard", time_limit: 90, hints: ["one", "two"], expected_points: ["a | b", "c"] },
    { text: "=How do you sum?", category: null, difficulty: "medium", time_limit: 120, hints: [], expected_points: [] },
  ]);
});

test("what is wrong is told by its line, and the rest can be taken", () => {
  const found = readCsv('question,category,time_limit\n"two\nlines",technical,60\nWhy?,cooking,60\nHow?,hr,5\n,hr,60\nWhat?,hr,60,more\nGood?,hr,\n');
  expect(found.questions.map(({ text }) => text)).toEqual(["two\nlines", "Good?"]);
  expect(found.problems.map(({ line }) => line)).toEqual([4, 5, 6, 7]);
  expect(found.problems[0]?.text).toContain("cooking");
});

test("kinds are known by the names of the page and of the file, and the sample can be taken whole", () => {
  const kinds = readCsv("question,category\nWhy?,General\nHow?,hr\nWhat?,System Design\n").questions.map(({ category }) => category);
  expect(kinds).toEqual(["hr", "hr", "system_design"]);
  const sample = readCsv(sampleCsv());
  expect([sample.questions.map(({ category }) => category), sample.problems]).toEqual([["hr", "behavioral", "technical"], []]);
});

test("tables with semicolons, unknown columns, no question column, nothing in them", () => {
  expect(readCsv("question;difficulty\nWhy, oh why?;easy\n").questions).toMatchObject([{ text: "Why, oh why?", difficulty: "easy" }]);
  const unknown = readCsv("question,points\nWhy?,3\n");
  expect([unknown.questions.length, unknown.problems.length]).toEqual([1, 1]);
  expect(readCsv("text\nWhy?\n")).toMatchObject({ questions: [], problems: [{ line: 1 }] });
  expect(readCsv("").problems).toHaveLength(1);
  expect(readCsv("question\n").problems).toHaveLength(1);
});

test("YAML: a set, a list of sets, documents, a bare list of questions", async () => {
  const set = "name: Backend\ndescription: First\nquestions:\n  - text: What is a lock?\n    category: technical\n    hints: [Think]\n  - text: Why?\n";
  const found = await readQuestions("a.yaml", set);
  expect(found).toMatchObject({ name: "Backend", description: "First", problems: [] });
  expect(found.questions).toMatchObject([{ text: "What is a lock?", category: "technical", hints: ["Think"] }, { text: "Why?" }]);
  for (const text of [`- ${set.trim().replaceAll("\n", "\n  ")}\n`, `---\n${set}---\n`, "- text: What is a lock?\n- text: Why?\n"]) {
    expect((await readQuestions("a.yml", text)).questions, text).toHaveLength(2);
  }
});

test("YAML that is wrong is told by its line", async () => {
  const found = await readQuestions("a.yaml", "questions:\n  - text: Good?\n  - category: technical\n  - text: Why?\n    time_limit: soon\n  - text: How?\n    colour: red\n  - 5\n");
  expect(found.questions.map(({ text }) => text)).toEqual(["Good?", "How?"]);
  expect(found.problems.map(({ line }) => line)).toEqual([3, 4, 7, 8]);
  expect((await readQuestions("a.yaml", "questions: [\n")).problems.length).toBeGreaterThan(0);
  expect((await readQuestions("a.yaml", "")).problems).toHaveLength(1);
  expect((await readQuestions("a.yaml", "just words")).problems).toHaveLength(1);
});
