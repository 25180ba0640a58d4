// SPDX-License-Identifier: Apache-2.0
#include "actors/record.hpp"

#include "actors/replays.hpp"

namespace troupe {

namespace {

/// What was told of it before the branch came here.
std::optional<finished> told_before(const child_actor& self, const std::string& path) {
  auto& before = self.services().replays;
  return before ? before->take_group(path) : std::nullopt;
}

void tell(child_actor& self, const std::string& path, undo_log own) {
  auto& services = self.services();
  if (!services.recorder)
    return;
  finished end{.result = std::make_shared<const step_result>(step_result{.path = path})};
  end.undo = std::move(own);
  self.send(services.recorder, recorded{path, std::move(end), true});
}

} // namespace

undo_log record_group(child_actor& self, const std::string& path, undo_log own) {
  if (own.empty())
    return own;
  if (auto before = told_before(self, path))
    return before->undo;
  tell(self, path, own);
  return own;
}

void record_group(child_actor& self, const std::string& path) {
  if (!told_before(self, path))
    tell(self, path, {});
}

} // namespace troupe
