// SPDX-License-Identifier: Apache-2.0
#include "cli/page_for_models.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr auto grammar = R"(# How to write a flow for troupe

Answer with one JSON object and nothing else. Only the keys named here exist; any other key is an error.

## Document
{"troupe": 1, "name": "...", "inputs": {"NAME": {"type": "string|number|integer|boolean|array|object|any", "default": ..., "description": "..."}}, "pipeline": [NODE, ...], "output": TEMPLATE}
- Nodes of `pipeline` run one after the other. An input without a default is required. Without `output` the flow gives what its last node gives.
- Environment variables: list them, "env": ["HOME"], then ${env.HOME}. Secrets: "secrets": ["API_KEY"], then ${secret.API_KEY}.

## Node
Each node has "id" (letters, digits, _ and -; unique in the whole document) and exactly one body:
- a step: "type": KIND, "params": {...}
- "sequence": [NODE, ...]
- "parallel": [NODE, ...] - all at once. "merge": "by_name" (object of id to output), "outputs" (list), "first_success", "best_quality", "combine_outputs", "majority_vote", {"quorum": 2}, {"reduce": "JQ"}; "max_workers": 3; "on_error": "fail_fast" or "continue". Without "merge": a list of results, each {"name", "status", "output", ...}.
- "choice": [{"when": "JQ", "then": NODE or [NODE, ...]}, ..., {"else": NODE or [NODE, ...]}]
- "loop": NODE or [NODE, ...], with "until": "JQ" or "while": "JQ", and "max_iterations": 5
- "graph": {"nodes": [NODE, ...], "edges": [{"from": ID, "to": ID, "action": "..."}]} - a node runs when those before it have ended; an edge with "action": "error" is taken when the node failed
- "call": NAME of a flow under the document's "flows": {NAME: {"pipeline": [...], "output": ...}}, "with": {INPUT: TEMPLATE}
- "wait": "10s", or {"signal": NAME, "message": "..."} (a person answers)

Any node may also have:
- "when": "JQ" (false: skipped), "input": TEMPLATE, "timeout": "30s", "retry": 3 (tries in total), "fallback": NODE (runs when this one failed), "set": {KEY: TEMPLATE} (into the context, read as ${context.KEY})
- "batch": {"items": TEMPLATE of a list, "as": "item", "parallel": true, "max_concurrent": 5, "on_error": "continue"}: the node runs once for each item, ${item} and ${index}; it gives {"results": [{"item": ..., fields of the output}], "count", "success_count", "error_count"}
- "next": {"ACTION": ID, "default": ID}, with "action": "JQ or template giving a text": jumps within the same list

## Templates and jq
- ${ID} is the output of an earlier node, ${ID.field[0]} a part of it; ${inputs.NAME}, ${context.KEY}, ${previous}. A string that is one template keeps the value's type. ${a.b ?? "default"} where it may be absent: behind a choice, or if a node was skipped or failed.
- JQ (when, until, while, reduce, the param `program`) is a jq program: `.` is the output of the node before, `$ID`, `$inputs` and `$context` are there. Never write ${...} in jq.
- A node sees earlier nodes of its own and of enclosing lists, never its siblings in `parallel`.
- For a shell variable in `command` write $NAME, not ${NAME}.

## Kinds
)";

constexpr auto examples = R"(
What they give: `shell` {"stdout", "stderr", "exit_code"}; `http` {"response", "status_code"}; `llm` {"response"} (text, or JSON with "response_format": {"type": "json_object"}); `read-file` {"content"}; `jq`, `template`, `echo` the value itself.

## Three examples

Three views of one text at once, then one summary:
```json
{"troupe": 1, "name": "three_views", "inputs": {"text": {"type": "string"}},
 "pipeline": [
   {"id": "views", "merge": "by_name", "on_error": "continue", "parallel": [
     {"id": "facts", "type": "llm", "params": {"prompt": "List the facts in: ${inputs.text}"}, "retry": 2},
     {"id": "risks", "type": "llm", "params": {"prompt": "Name the risks in: ${inputs.text}"}, "timeout": "60s",
      "fallback": {"id": "no_risks", "type": "echo", "params": {"value": {"response": "none named"}}}},
     {"id": "tone", "type": "llm", "params": {"prompt": "What is the tone of: ${inputs.text}"}}]},
   {"id": "summary", "type": "llm", "params": {"prompt": "Write one paragraph from this: ${views}"}}],
 "output": "${summary.response}"}
```

Each file of a folder, five at once, then a decision:
```json
{"troupe": 1, "name": "check_files", "inputs": {"folder": {"type": "string", "default": "."}},
 "pipeline": [
   {"id": "list", "type": "list-files", "params": {"glob": "${inputs.folder}/*.md"}},
   {"id": "words", "type": "shell", "params": {"command": "wc -w < ${file}", "parse": "json"},
    "batch": {"items": "${list.files}", "as": "file", "parallel": true, "max_concurrent": 5, "on_error": "continue"}},
   {"id": "total", "type": "jq", "params": {"program": "[.results[] | select(. != null) | .stdout] | add // 0"}},
   {"id": "verdict", "choice": [
     {"when": ". > 1000", "then": {"id": "long", "type": "template", "params": {"text": "long: ${total} words"}}},
     {"else": {"id": "short", "type": "template", "params": {"text": "short: ${total} words"}}}]}]}
```

Write, review, improve until it is good:
```json
{"troupe": 1, "name": "refine", "inputs": {"topic": {"type": "string"}},
 "pipeline": [
   {"id": "draft", "type": "llm", "params": {"prompt": "Write about ${inputs.topic}"}},
   {"id": "better", "max_iterations": 3, "on_limit": "stop", "until": ".score >= 8", "loop": [
     {"id": "review", "type": "llm", "params": {"prompt": "Rate from 0 to 10 and improve, as {\"score\", \"text\"}: ${previous}", "response_format": {"type": "json_object"}}},
     {"id": "take", "type": "jq", "params": {"program": ".response"}}]}],
 "output": "${better}"}
```
)";

bool is_required(const step_kind& kind, const std::string& param) {
  auto all = kind.params.value("required", nlohmann::json::array());
  return std::find(all.begin(), all.end(), param) != all.end();
}

std::string params_of(const step_kind& kind) {
  std::string required, others;
  if (kind.params.contains("properties"))
    for (auto& [name, x] : kind.params["properties"].items()) {
      auto& list = is_required(kind, name) ? required : others;
      list += (list.empty() ? "" : ", ") + name;
    }
  return required + (required.empty() || others.empty() ? "" : "; ") +
         (others.empty() ? "" : "optional " + others);
}

/// Kinds that are for `types` to define do nothing without one.
bool does_something(const step_kind& kind) {
  auto run = std::get_if<plain_fn>(&kind.run);
  return !run || *run;
}

/// Kinds by another name are left out.
std::string kinds_of(const registry& kinds) {
  std::string text;
  for (auto& name : kinds.names())
    if (auto kind = kinds.find(name); kind->name == name && does_something(*kind))
      text += "- `" + name + "`: " + kind->summary + " Params: " + params_of(*kind) + ".\n";
  return text;
}

} // namespace

std::string page_for_models(const registry& kinds) { return grammar + kinds_of(kinds) + examples; }

} // namespace troupe::cli
