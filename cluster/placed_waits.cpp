// SPDX-License-Identifier: Apache-2.0
#include "cluster/placed_waits.hpp"

#include <algorithm>

namespace troupe {

namespace {

/// A path without what tells its visits and items apart.
std::string plan_path_of(const std::string& path) {
  std::string out;
  auto is_number = false;
  for (auto c : path) {
    if (c == '[' || c == '#')
      is_number = true;
    if (!is_number)
      out += c;
    if (c == ']')
      is_number = false;
    if (c == '/' && is_number) {
      is_number = false;
      out += c;
    }
  }
  return out;
}

/// What the payload of a signal has to be, as the flow says where it is waited for.
std::shared_ptr<const config::schema> schema_for(placed_actor* self, const signal_awaited& x) {
  auto path = "/" + plan_path_of(x.path);
  auto [first, last] = self->services().flow->signals.equal_range(x.name);
  const plan::awaited_signal* best = nullptr; // paths in flows that are called begin there
  for (auto one = first; one != last; ++one) {
    auto& known = one->second;
    if (path.ends_with("/" + known.path) && (!best || known.path.size() > best->path.size()))
      best = &known;
  }
  return best ? best->schema : nullptr;
}

void give_if_known(placed_actor* self, const placed_actor::waiting_step& x) {
  if (self->link && x.number != 0 && x.payload)
    self->send(self->link, signal_given{x.number, *x.payload});
}

void forget_wait(placed_actor* self, const std::string& path, const placed_actor::waiting_step& x) {
  if (!x.payload)
    self->send(self->services().run, forget_signal{path});
}

} // namespace

void await_signal_for(placed_actor* self, const signal_awaited& x) {
  auto known = self->waits.find(x.path);
  if (known == self->waits.end()) {
    auto attempt = ++self->last_errand;
    known = self->waits.emplace(x.path, placed_actor::waiting_step{attempt, x.name}).first;
    self->send(self->services().run,
               await_signal{attempt, x.path, x.name, x.message, schema_for(self, x)});
  }
  known->second.number = x.number;
  give_if_known(self, known->second);
}

void give_signal(placed_actor* self, const signalled& x) {
  auto is_meant = [&](auto& one) { return one.second.attempt == x.attempt; };
  auto known = std::find_if(self->waits.begin(), self->waits.end(), is_meant);
  if (known == self->waits.end())
    return;
  known->second.payload = x.payload;
  give_if_known(self, known->second);
}

void drop_signal(placed_actor* self, uint64_t number) {
  std::erase_if(self->waits, [&](auto& one) {
    auto& [path, x] = one;
    if (x.number != number)
      return false;
    forget_wait(self, path, x);
    if (x.payload) // it came too late for this one: another may be waiting for it
      self->send(self->services().run, send_signal{x.signal, *x.payload});
    return true;
  });
}

void keep_waits(placed_actor* self) {
  for (auto& [path, x] : self->waits)
    x.number = 0;
}

void drop_waits(placed_actor* self) {
  for (auto& [path, x] : self->waits)
    forget_wait(self, path, x);
  self->waits.clear();
}

} // namespace troupe
