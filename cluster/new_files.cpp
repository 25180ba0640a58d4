// SPDX-License-Identifier: Apache-2.0
#include "cluster/new_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe {

namespace {

/// 0, or what went wrong.
int write_all(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    auto count = ::write(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR)
      return errno;
    done += static_cast<size_t>(count < 0 ? 0 : count);
  }
  return ::fsync(fd) == 0 ? 0 : errno;
}

} // namespace

new_files::~new_files() {
  for (auto& x : made_)
    ::unlink(x.c_str());
}

expected<void> new_files::write(const std::filesystem::path& file, const std::string& text,
                                mode_t mode) {
  auto fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  auto problem = fd < 0 ? errno : 0;
  if (fd >= 0) {
    made_.push_back(file);
    problem = write_all(fd, text);
    ::close(fd);
  }
  if (problem == EEXIST)
    return failure(errc::file_error, file.string() + " is there already, and is not replaced");
  if (problem != 0)
    return failure(errc::file_error,
                   "cannot write " + file.string() + ": " + std::strerror(problem));
  return {};
}

} // namespace troupe
