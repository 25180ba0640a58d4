// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr int most_attempts = 1000;

std::vector<std::string> together(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<std::string> code_names() {
  std::vector<std::string> all;
  for (auto code : every_errc())
    all.emplace_back(to_string(code));
  return all;
}

/// Which of the body keys are there.
std::vector<std::string> bodies_of(const reader& in) {
  std::vector<std::string> all;
  for (auto& key : together({"type"}, together(keys::shapes, keys::shapes_planned)))
    if (in.has(key))
      all.push_back(key);
  return all;
}

} // namespace

plan::node native_reader::read_node(const reader& in, const std::string& parent_path,
                                    const std::string& forced_id) {
  plan::node x;
  if (!in.wants_object("a node: an object with `type`, `sequence` or `parallel`"))
    return x;
  auto is_parallel = in.has("parallel");
  in.check_keys(is_parallel ? together(keys::node, keys::of_parallel) : keys::node,
                keys::node_planned, is_parallel ? "a parallel group" : "a node");
  auto bodies = bodies_of(in);
  if (bodies.empty())
    in.error({"missing_key", "a node needs `type`, `sequence` or `parallel`"});
  if (bodies.size() > 1)
    in.member(bodies[1]).error_at_key(
      {"conflicting_keys",
       "a node has one body, this one has `" + bodies[0] + "` and `" + bodies[1] + "`"});
  auto shape = bodies.empty() ? "node" : bodies[0];
  x.type = shape == "type" ? in.text("type").value_or("step") : shape;
  x.id = id_of(in, x.type, forced_id);
  x.path = parent_path.empty() ? x.id : parent_path + "/" + x.id;
  x.meta = in.has("meta") && in.member("meta").wants_object("an object")
             ? value{in.member("meta").json()}
             : value{};
  in.boolean("enabled");

  // What stands in the wrappers is read before the body: they cannot see inside of it.
  read_wrappers(in, x);
  auto begin = mark();
  if (shape == "type")
    x.body = read_step(in, x);
  else if (shape == "parallel")
    x.body = read_parallel(in, x);
  else if (shape == "sequence" && in.member("sequence").wants_list("a list of nodes"))
    x.body = plan::sequence{read_list(in.member("sequence"), x.path)};
  if (in.has("fallback")) {
    auto inside = take_back(begin);
    read_fallback(in, x);
    for (auto& id : inside)
      make_readable(id, true);
  }
  if (in.has("set") && in.member("set").wants_object("an object of context keys")) {
    in_set_ = true;
    for (auto& [key, entry] : in.member("set").members())
      x.set.emplace_back(key, read_template(entry));
    in_set_ = false;
  }
  if (!x.id.empty())
    make_readable(x.id, false);
  if (x.when)
    doubt_since(begin);
  return x;
}

std::string native_reader::id_of(const reader& in, const std::string& shape,
                                 const std::string& forced_id) {
  auto number = ++shapes_[shape];
  auto id = in.text("id");
  if (!forced_id.empty()) {
    if (id && *id != forced_id)
      in.member("id").error(
        {"conflicting_keys",
         "the branch is called \"" + forced_id + "\" by its key, and \"" + *id + "\" here",
         "leave out the id"});
    return forced_id;
  }
  if (id)
    return *id;
  auto plain = shape;
  std::replace_if(
    plain.begin(), plain.end(), [](char c) { return c == '-'; }, '_');
  auto made = plain + "_" + std::to_string(number);
  while (ids_.contains(made)) // somebody has called another node so
    made += "_";
  return made;
}

std::vector<plan::node> native_reader::read_list(const reader& in, const std::string& parent_path) {
  std::vector<plan::node> all;
  if (!in.wants_list("a list of nodes"))
    return all;
  std::string before_type = "any", before_id;
  for (auto& item : in.items()) {
    if (!is_enabled(item))
      continue;
    all.push_back(read_node(item, parent_path));
    auto& x = all.back();
    auto wanted = input_type(x);
    if (!x.input && before_type != "any" && wanted != "any" && before_type != wanted)
      item.error({"incompatible_types",
                  "\"" + x.id + "\" takes " + wanted + ", but \"" + before_id +
                    "\" before it gives " + before_type,
                  "give it an `input`"});
    before_type = output_type(x);
    before_id = x.id;
  }
  if (all.empty())
    in.error({"empty_group", "there is no node to run here"});
  return all;
}

void native_reader::read_wrappers(const reader& in, plan::node& x) {
  if (in.has("when"))
    if (auto text = in.text("when"))
      x.when = read_program(in.member("when"), *text);
  if (in.has("input"))
    x.input = read_template(in.member("input"));
  auto is_step = in.has("type");
  x.timeout = in.time("timeout");
  if (!x.timeout && !in.has("timeout") && is_step)
    x.timeout = default_timeout_;
  x.deadline = in.time("deadline");
  if (in.has("retry"))
    x.retry = read_retry(in.member("retry"));
  else if (is_step && default_retry_)
    x.retry = *default_retry_;
  if (in.has("fallback_on")) {
    x.fallback_on = read_codes(in.member("fallback_on"));
    if (!in.has("fallback"))
      in.member("fallback_on").error_at_key({"missing_key", "`fallback_on` needs a `fallback`"});
  }
  if (in.has("returns")) {
    auto schema = schema::compile(in.member("returns").json());
    if (schema)
      x.returns = *schema;
    else
      in.member("returns").error({"invalid_schema", schema.error().message});
  }
}

plan::retry native_reader::read_retry(const reader& in) {
  plan::retry x;
  if (!in.json().is_object()) {
    x.attempts = static_cast<int>(in.as_integer(1, most_attempts).value_or(1));
    return x;
  }
  in.check_keys(keys::retry, {}, "`retry`");
  if (!in.has("attempts") && !in.misspells("attempts", keys::retry))
    in.error({"missing_key", "`retry` needs `attempts`, the number of tries in total"});
  x.attempts = static_cast<int>(in.integer("attempts", 1, most_attempts).value_or(1));
  x.initial = in.time("initial").value_or(x.initial);
  if (in.has("factor"))
    x.factor = in.member("factor").as_number(1).value_or(x.factor);
  x.max = in.time("max").value_or(x.max);
  x.jitter = in.word("jitter", {"full", "none"}).value_or("full") == "full";
  if (in.has("on"))
    x.on = read_codes(in.member("on"));
  x.max_elapsed = in.time("max_elapsed");
  return x;
}

std::set<errc> native_reader::read_codes(const reader& in) {
  std::set<errc> all;
  if (!in.wants_list("a list of error codes"))
    return all;
  for (auto& item : in.items()) {
    auto text = item.as_text();
    if (!text)
      continue;
    if (auto code = errc_from(*text))
      all.insert(*code);
    else
      item.error({"invalid_value", "there is no error code \"" + *text + "\"",
                  did_you_mean(*text, code_names())});
  }
  return all;
}

void native_reader::read_fallback(const reader& in, plan::node& x) {
  auto list = in.member("fallback");
  auto read_one = [&](const reader& one) {
    if (!is_enabled(one))
      return;
    auto begin = mark();
    x.fallback.push_back(read_node(one, x.path + "/fallback"));
    take_back(begin); // backups are nobody's to read
  };
  if (!list.json().is_array())
    return read_one(list);
  for (auto& one : list.items())
    read_one(one);
  if (x.fallback.empty())
    list.error({"empty_group", "there is no backup here"});
}

bool is_enabled(const reader& in) {
  return !in.json().is_object() || in.json().value("enabled", nlohmann::json(true)) != false;
}

std::string output_type(const plan::node& x) {
  if (auto step = std::get_if<plan::step>(&x.body))
    return step->kind ? step->output : "any";
  if (auto group = std::get_if<plan::sequence>(&x.body))
    return group->children.empty() ? "any" : output_type(group->children.back());
  auto& group = std::get<plan::parallel>(x.body);
  switch (group.merge.strategy) {
  case plan::merge_strategy::collect_all:
  case plan::merge_strategy::outputs:
    return "list";
  case plan::merge_strategy::by_name:
    return "json";
  default:
    return "any";
  }
}

std::string input_type(const plan::node& x) {
  if (auto step = std::get_if<plan::step>(&x.body))
    return step->kind ? step->input : "any";
  auto group = std::get_if<plan::sequence>(&x.body);
  return group && !group->children.empty() ? input_type(group->children.front()) : "any";
}

} // namespace troupe::config
