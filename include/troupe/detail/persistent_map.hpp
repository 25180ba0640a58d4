// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace troupe::detail {

/// An immutable ordered map with structural sharing: copying is O(1), setting and erasing copy one
/// path, O(log n) expected. A treap whose priorities are hashes of the keys, so its shape depends
/// on its content alone. Source: R. Seidel, C. Aragon, "Randomized Search Trees", Algorithmica 16,
/// 1996.
template <class Key, class T, class Compare = std::less<>>
class persistent_map {
public:
  persistent_map() = default;

  bool empty() const { return !root_; }
  size_t size() const { return root_ ? root_->size : 0; }

  template <class K>
  const T* find(const K& key) const {
    auto at = root_.get();
    while (at) {
      if (Compare{}(key, at->key))
        at = at->left.get();
      else if (Compare{}(at->key, key))
        at = at->right.get();
      else
        return &at->value;
    }
    return nullptr;
  }

  [[nodiscard]] persistent_map set(Key key, T value) const {
    auto priority = mixed(std::hash<Key>{}(key));
    return persistent_map{insert(root_, std::move(key), std::move(value), priority)};
  }

  [[nodiscard]] persistent_map erase(const Key& key) const {
    return find(key) ? persistent_map{remove(root_, key)} : *this;
  }

  /// Calls `visit(key, value)` in ascending order of key.
  template <class Visitor>
  void each(Visitor&& visit) const {
    walk(root_.get(), visit);
  }

private:
  struct node;
  using link = std::shared_ptr<const node>;
  struct node {
    Key key;
    T value;
    uint64_t priority;
    link left, right;
    size_t size;
  };

  explicit persistent_map(link root) : root_{std::move(root)} {}

  static uint64_t mixed(uint64_t x) { // splitmix64: std::hash of an integer is the integer
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  static size_t count(const link& x) { return x ? x->size : 0; }

  static link make(const Key& key, const T& value, uint64_t priority, link left, link right) {
    auto size = 1 + count(left) + count(right);
    return std::make_shared<const node>(
      node{key, value, priority, std::move(left), std::move(right), size});
  }

  static link with(const node& x, link left, link right) {
    return make(x.key, x.value, x.priority, std::move(left), std::move(right));
  }

  static link insert(const link& at, Key key, T value, uint64_t priority) {
    if (!at)
      return make(key, value, priority, nullptr, nullptr);
    if (Compare{}(key, at->key)) {
      auto left = insert(at->left, std::move(key), std::move(value), priority);
      if (left->priority > at->priority) // rotate right
        return with(*left, left->left, with(*at, left->right, at->right));
      return with(*at, std::move(left), at->right);
    }
    if (Compare{}(at->key, key)) {
      auto right = insert(at->right, std::move(key), std::move(value), priority);
      if (right->priority > at->priority) // rotate left
        return with(*right, with(*at, at->left, right->left), right->right);
      return with(*at, at->left, std::move(right));
    }
    return make(at->key, value, at->priority, at->left, at->right);
  }

  static link joined(const link& left, const link& right) {
    if (!left)
      return right;
    if (!right)
      return left;
    if (left->priority > right->priority)
      return with(*left, left->left, joined(left->right, right));
    return with(*right, joined(left, right->left), right->right);
  }

  static link remove(const link& at, const Key& key) {
    if (Compare{}(key, at->key))
      return with(*at, remove(at->left, key), at->right);
    if (Compare{}(at->key, key))
      return with(*at, at->left, remove(at->right, key));
    return joined(at->left, at->right);
  }

  template <class Visitor>
  static void walk(const node* at, Visitor& visit) {
    if (!at)
      return;
    walk(at->left.get(), visit);
    visit(at->key, at->value);
    walk(at->right.get(), visit);
  }

  link root_;
};

} // namespace troupe::detail
