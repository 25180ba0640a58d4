// SPDX-License-Identifier: Apache-2.0
#include "troupe/certificates.hpp"

#include "cluster/authority.hpp"
#include "cluster/identity.hpp"
#include "cluster/new_files.hpp"
#include "cluster/pem_file.hpp"

#include <openssl/pem.h>

#include <algorithm>
#include <set>

namespace troupe {

namespace {

namespace fs = std::filesystem;

constexpr size_t longest_name = 64; // of a common name (RFC 5280, ub-common-name)
constexpr mode_t for_owner = 0600, for_all = 0644;

template <class Write>
std::string pem_of(Write write) {
  bio_ptr out{BIO_new(BIO_s_mem())};
  char* text = nullptr;
  if (!out || write(out.get()) != 1)
    return {};
  auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

expected<void> write(new_files& out, const identity& x, const fs::path& certificate,
                     const fs::path& key) {
  auto key_text = pem_of([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, x.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  auto text = pem_of([&](BIO* to) { return PEM_write_bio_X509(to, x.certificate.get()); });
  if (key_text.empty() || text.empty())
    return failure(errc::invalid_input, "OpenSSL cannot write " + key.string());
  return out.write(key, key_text, for_owner).and_then([&] {
    return out.write(certificate, text, for_all);
  });
}

expected<identity> read_authority_with_key(const fs::path& certificate, const fs::path& key) {
  identity x;
  for (auto& file : {certificate, key})
    if (!fs::exists(file))
      return failure(errc::invalid_input, file.string() + ": the authority cannot sign without it; "
                                                          "begin in an empty folder");
  if (auto read = read_authority(certificate, std::chrono::system_clock::now()))
    x.certificate = std::move(*read);
  else
    return unexpected{read.error()};
  if (auto read = read_private_key(key))
    x.key = std::move(*read);
  else
    return unexpected{read.error()};
  if (!belong_together(x.certificate.get(), x.key.get()))
    return failure(errc::invalid_input, key.string() + ": wanted the key of " +
                                          certificate.string() +
                                          ", found another; begin in an empty folder");
  return x;
}

bool is_in_names(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{"._-:"}.find(c) != std::string_view::npos;
}

/// The names become files and parts of certificates.
expected<void> check_names(const std::vector<std::string>& nodes) {
  if (nodes.empty())
    return failure(errc::invalid_input, "wanted the name of at least one node");
  std::set<std::string> seen{"authority"}; // its files are in the same folder
  for (auto& x : nodes) {
    auto is_name = !x.empty() && x.size() <= longest_name && x.front() != '.' && x.front() != '-' &&
                   std::all_of(x.begin(), x.end(), is_in_names) &&
                   (x.find(':') == x.npos || is_ip_address(x));
    if (!is_name)
      return failure(errc::invalid_input, "node \"" + x +
                                            "\": wanted a host's name or IP address, of at most 64 "
                                            "letters, digits, \".\", \"-\" and \"_\"");
    if (!seen.insert(x).second)
      return failure(errc::invalid_input, "node \"" + x + "\": the name is taken");
  }
  return {};
}

} // namespace

expected<made_certificates> make_certificates(const certificate_order& order) {
  if (auto ok = check_names(order.nodes); !ok)
    return unexpected{ok.error()};
  auto& folder = order.folder;
  std::error_code problem;
  if (fs::create_directories(folder, problem))
    fs::permissions(folder, fs::perms::owner_all, problem);
  if (problem)
    return failure(errc::file_error, "cannot make " + folder.string() + ": " + problem.message());
  auto certificate = folder / "authority.crt", key = folder / "authority.key";
  made_certificates made{.authority_key = key.string(),
                         .has_new_authority = !fs::exists(certificate) && !fs::exists(key)};
  auto authority =
    made.has_new_authority ? make_authority() : read_authority_with_key(certificate, key);
  if (!authority)
    return unexpected{authority.error()};
  new_files out;
  if (made.has_new_authority)
    if (auto ok = write(out, *authority, certificate, key); !ok)
      return unexpected{ok.error()};
  for (auto& name : order.nodes) {
    tls_files files{folder / (name + ".crt"), folder / (name + ".key"), certificate};
    auto ok = make_node(name, *authority).and_then([&](const identity& x) {
      return write(out, x, files.certificate, files.key);
    });
    if (!ok)
      return unexpected{ok.error()};
    made.nodes.push_back(std::move(files));
  }
  out.keep();
  return made;
}

} // namespace troupe
