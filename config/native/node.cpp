// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr auto every_body =
  "`type`, `sequence`, `parallel`, `choice`, `loop`, `graph`, `call` or `wait`";

/// Which of the body keys are there.
std::vector<std::string> bodies_of(const reader& in) {
  std::vector<std::string> all;
  if (in.has("type"))
    all.push_back("type");
  for (auto& key : keys::shapes)
    if (in.has(key))
      all.push_back(key);
  return all;
}

const keys::list& keys_of_shape(const std::string& shape) {
  static const std::map<std::string, const keys::list*> all{
    {"parallel", &keys::of_parallel}, {"sequence", &keys::of_sequence},
    {"choice", &keys::of_choice},     {"loop", &keys::of_loop},
    {"graph", &keys::of_graph},       {"call", &keys::of_call},
    {"wait", &keys::of_wait}};
  static const keys::list none;
  auto known = all.find(shape);
  return known == all.end() ? none : *known->second;
}

std::string name_of_shape(const std::string& shape) {
  return shape == "parallel"              ? "a parallel group"
         : is_one_of(keys::shapes, shape) ? "a " + shape
                                          : "a node";
}

void check_node_keys(const reader& in, const std::string& shape) {
  auto known = keys::node;
  auto add = [&](const keys::list& more) { known.insert(known.end(), more.begin(), more.end()); };
  add(keys_of_shape(shape));
  auto is_group = is_one_of(keys::shapes, shape) && shape != "wait";
  if (is_group)
    add(keys::of_groups);
  // A second body is told as such.
  auto bodies = bodies_of(in);
  add(bodies);
  in.check_keys(known, name_of_shape(shape));
  if (in.has("params") && is_one_of(keys::shapes, shape))
    in.member("params").error_at_key({"conflicting_keys",
                                      "`params` are for steps, and this is " + name_of_shape(shape),
                                      shape == "call" ? "write `with`"
                                      : is_group      ? "write them on the steps inside"
                                                      : ""});
}

} // namespace

plan::node native_reader::read_node(const reader& in, const std::string& parent_path,
                                    const std::string& forced_id) {
  auto place_around = std::exchange(place_of_group_, {});
  auto place_given = std::exchange(place_of_member_, {});
  plan::node x;
  if (!in.wants_object("a node: an object with `type`, `sequence` or `parallel`"))
    return x;
  auto bodies = bodies_of(in);
  auto shape = bodies.empty() ? "node" : bodies[0];
  check_node_keys(in, shape);
  if (bodies.empty())
    in.error({"missing_key", std::string{"a node needs "} + every_body});
  if (bodies.size() > 1)
    in.member(bodies[1]).error_at_key(
      {"conflicting_keys",
       "a node has one body, this one has `" + bodies[0] + "` and `" + bodies[1] + "`"});
  x.type = shape == "type" ? in.text("type").value_or("step") : shape;
  x.id = id_of(in, forced_id);
  x.path = parent_path.empty() ? x.id : parent_path + "/" + x.id;
  x.meta = in.has("meta") && in.member("meta").wants_object("an object")
             ? value{in.member("meta").json()}
             : value{};
  in.boolean("enabled");
  x.idempotent = in.boolean("idempotent").value_or(true);
  x.max_visits = static_cast<int>(in.integer("max_visits", 1, 1'000'000).value_or(x.max_visits));

  // What stands in the wrappers is read before the body: they cannot see inside of it.
  conditions_ += in.has("when") ? 1 : 0;
  read_outer_wrappers(in, x);
  auto outer_names = names_;
  if (in.has("batch"))
    names_ = read_batch(in, x);
  rollbacks_ += x.batch && x.batch->rolls_back ? 1 : 0;
  auto begin = mark();
  read_inner_wrappers(in, x);
  take_place(in, x, shape, std::move(place_given));
  places_ += x.place ? 1 : 0;
  read_body(in, x, shape);
  places_ -= x.place ? 1 : 0;
  place_of_group_ = std::move(place_around);
  if (in.has("cache"))
    read_cache(in, x);
  if (in.has("fallback")) {
    auto inside = take_back(begin);
    read_fallback(in, x);
    give_back(inside, true);
  }
  own_id_ = x.id; // it has a result from here on
  if (in.has("set") && in.member("set").wants_object("an object of context keys")) {
    in_set_ = true;
    for (auto& [key, entry] : in.member("set").members())
      x.set.emplace_back(key, read_template(entry));
    in_set_ = false;
  }
  if (in.has("exports"))
    x.exports = in.member("exports").as_texts("a list of context keys");
  rollbacks_ -= x.batch && x.batch->rolls_back ? 1 : 0;
  names_ = std::move(outer_names);
  if (x.batch)
    take_back(begin); // the inside of a batch is not one node but many
  if (in.has("action")) {
    in_action_ = true;
    x.action = read_jq_or_template(in.member("action"));
    in_action_ = false;
  }
  make_readable(x.id, false);
  if (x.when)
    doubt_since(begin);
  conditions_ -= in.has("when") ? 1 : 0;
  return x;
}

void native_reader::read_body(const reader& in, plan::node& x, const std::string& shape) {
  auto rolls_back =
    is_one_of(keys::shapes, shape) && in.has("on_error") && in.json()["on_error"] == "rollback";
  rollbacks_ += rolls_back ? 1 : 0;
  if (shape == "type")
    x.body = read_step(in, x);
  else if (shape == "parallel")
    x.body = read_parallel(in, x);
  else if (shape == "sequence")
    x.body = read_list(in.member("sequence"), x.path);
  else if (shape == "choice")
    x.body = read_choice(in, x);
  else if (shape == "loop")
    x.body = read_loop(in, x);
  else if (shape == "graph")
    x.body = read_graph(in, x);
  else if (shape == "call")
    x.body = read_call(in);
  else if (shape == "wait")
    x.body = read_wait(in, x);
  rollbacks_ -= rolls_back ? 1 : 0;
  auto reads_own_rule = shape == "parallel" || shape == "graph";
  if (!reads_own_rule && is_one_of(keys::shapes, shape) && shape != "wait")
    x.rolls_back = in.word("on_error", {"fail_fast", "rollback"}) == "rollback";
}

std::string native_reader::id_of(const reader& in, const std::string& forced_id) const {
  auto id = in.text("id");
  if (!forced_id.empty()) {
    if (id && *id != forced_id)
      in.member("id").error(
        {"conflicting_keys",
         "the branch is called \"" + forced_id + "\" by its key, and \"" + *id + "\" here",
         "leave out the id"});
    return forced_id;
  }
  auto made = made_up_ids_.find(in.pointer());
  return id && !id->empty() ? *id : made == made_up_ids_.end() ? "node" : made->second;
}

plan::node native_reader::read_node_or_list(const reader& in, const std::string& parent_path,
                                            const std::string& list_id) {
  if (!in.json().is_array())
    return read_node(in, parent_path);
  plan::node x{.id = list_id, .path = parent_path + "/" + list_id, .type = "sequence"};
  x.body = read_list(in, x.path);
  return x;
}

bool is_enabled(const reader& in) {
  return !in.json().is_object() || in.json().value("enabled", nlohmann::json(true)) != false;
}

namespace {

std::string type_of_output(const plan::parallel& x) {
  switch (x.merge.strategy) {
  case plan::merge_strategy::collect_all:
  case plan::merge_strategy::outputs:
  case plan::merge_strategy::quorum:
    return "list";
  case plan::merge_strategy::by_name:
    return "json";
  default:
    return "any";
  }
}

} // namespace

std::string output_type(const plan::node& x) {
  if (x.batch)
    return "json";
  if (auto step = std::get_if<plan::step>(&x.body))
    return step->kind ? step->output : "any";
  if (auto group = std::get_if<plan::sequence>(&x.body))
    return group->children.empty() || !group->next.empty() ? "any"
                                                           : output_type(group->children.back());
  auto group = std::get_if<plan::parallel>(&x.body);
  return group ? type_of_output(*group) : "any";
}

std::string input_type(const plan::node& x) {
  if (x.batch)
    return "any";
  if (auto step = std::get_if<plan::step>(&x.body))
    return step->kind ? step->input : "any";
  auto group = std::get_if<plan::sequence>(&x.body);
  return group && !group->children.empty() ? input_type(group->children.front()) : "any";
}

} // namespace troupe::config
