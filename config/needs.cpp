// SPDX-License-Identifier: Apache-2.0
#include "config/needs.hpp"

#include "config/overloaded.hpp"

namespace troupe::plan {

namespace {

class collector {
public:
  /// What runs wherever the body of the node does.
  void add_body(const node& x) {
    std::visit([this](auto& body) { add(body); }, x.body);
    for (auto& wanted : x.outputs)
      add(wanted);
    if (x.price)
      add(*x.price);
    auto is_group = !std::holds_alternative<step>(x.body) && !std::holds_alternative<wait>(x.body);
    for (auto& [key, wanted] : x.set) {
      add(wanted);
      if (is_group || is_inside_)
        note(all_.context, key == "*" ? nullptr : &key); // it may have to be merged
    }
    for (auto& undo : x.undo)
      add(undo);
  }

  needs take() { return std::move(all_); }

  void add_whole(const node& x) { add(x); }

private:
  void add(const node& x) {
    is_inside_ = true;
    if (x.when)
      add(*x.when);
    if (x.input)
      add(*x.input);
    if (x.batch)
      add(x.batch->items);
    if (x.cache)
      add(x.cache->key);
    add(x.action);
    for (auto& name : x.limits)
      all_.limits.insert(name);
    all_.may_repeat = all_.may_repeat && x.idempotent;
    add_body(x);
    for (auto& backup : x.fallback)
      add(backup);
  }
  void add(const helper& x) {
    if (x)
      add(*x);
  }
  void add(const std::vector<node>& all) {
    for (auto& x : all)
      add(x);
  }

  void add(const step& x) {
    add(x.params);
    for (auto& [name, program] : x.programs)
      add(program);
    for (auto& [name, shell] : x.shells)
      for (auto& [variable, given] : shell.variables)
        add(given);
    if (x.is_host_function)
      all_.functions.insert(x.kind->name);
    if (x.is_helper || !x.kind)
      return;
    all_.kinds.insert(x.kind->name);
    all_.context.all = all_.context.all || x.kind->reads_context;
  }
  void add(const sequence& x) { add(x.children); }
  void add(const parallel& x) {
    add(x.branches);
    add(x.merge.node);
    for (auto& extra : {x.merge.score, x.merge.reducer, x.split.program, x.hedge})
      add(extra);
    for (auto& [key, rule] : x.context_merge)
      if (auto program = std::get_if<helper>(&rule))
        add(*program);
  }
  void add(const choice& x) {
    for (auto& condition : x.conditions)
      add(condition);
    add(x.branches);
  }
  void add(const loop& x) {
    add(x.body);
    for (auto& extra : {x.before, x.after, x.carry})
      add(extra);
  }
  void add(const graph& x) { add(x.nodes); }
  void add(const call& x) {
    add(x.inputs);
    if (!called_.insert(x.target).second)
      return; // it calls itself
    add(x.target->root);
    add(x.target->output_node);
  }
  void add(const wait& x) { add(x.message); }

  void add(const expression& x) {
    for (auto& [name, what] : x.variables)
      add(what);
  }
  void add(const value_template& x) {
    auto visitor = overloaded{
      [](const value&) {},
      [this](const text_template& text) { add(text); },
      [this](const value_template::list& items) {
        for (auto& item : items)
          add(item);
      },
      [this](const value_template::object& members) {
        for (auto& [name, member] : members)
          add(member);
      },
    };
    std::visit(visitor, x.content);
  }
  void add(const text_template& x) {
    for (auto& part : x.parts)
      if (auto given = std::get_if<alternatives>(&part))
        add(*given);
  }
  void add(const alternatives& x) {
    for (auto& operand : x.operands)
      if (auto named = std::get_if<reference>(&operand))
        add(*named);
  }

  static void note(needs::members& to, const std::string* name) {
    if (name)
      to.names.insert(*name);
    else
      to.all = true;
  }

  void add(const reference& x) {
    auto first = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
    switch (x.origin) {
    case origin::inputs:
      note(all_.inputs, first);
      break;
    case origin::context:
      note(all_.context, first);
      break;
    case origin::environment:
      all_.environment.insert(first ? *first : "");
      break;
    case origin::secret:
      all_.secrets.insert(first ? *first : "");
      break;
    case origin::step_output:
      all_.outputs.insert(x.slot);
      break;
    case origin::step_result:
      all_.results.insert(x.slot);
      break;
    case origin::name:
      all_.names.insert(x.slot);
      break;
    case origin::unbound:
    case origin::previous:
    case origin::result:
      break;
    }
    for (auto& segment : x.way)
      if (auto inner = std::get_if<std::shared_ptr<reference>>(&segment))
        add(**inner);
  }

  needs all_;
  std::set<const subflow*> called_;
  bool is_inside_ = false;
};

} // namespace

needs needs_of_body(const node& x) {
  collector all;
  all.add_body(x);
  return all.take();
}

needs needs_of_whole(const node& x) {
  collector all;
  all.add_whole(x);
  return all.take();
}

} // namespace troupe::plan
