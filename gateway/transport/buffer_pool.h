#pragma once

#include <memory>
#include <span>
#include <vector>

namespace bearward::transport {

/// A worker's blocks of memory for bytes on their way. A connection leases one only while an exchange
/// runs, so an idle connection holds none. Last in, first out: the block in use is the one still in the
/// processor's cache. One thread.
class BufferPool {
 public:
  /// Four full TLS records of 16 KiB with their framing: content goes out in one send of four records.
  static constexpr std::size_t block_bytes = 68 * 1024;
  static constexpr std::size_t most_spare_blocks = 64;

  class Lease {
   public:
    Lease() = default;
    explicit Lease(BufferPool& pool) : pool_(&pool), block_(pool.take()) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), block_(std::move(other.block_)) {}
    Lease& operator=(Lease&& other) noexcept {
      release();
      pool_ = other.pool_;
      block_ = std::move(other.block_);
      return *this;
    }
    ~Lease() { release(); }

    void release() {
      if (block_ != nullptr) pool_->give_back(std::move(block_));
    }
    explicit operator bool() const { return block_ != nullptr; }
    char* data() const { return block_.get(); }
    std::span<char> span() const { return {block_.get(), block_bytes}; }

   private:
    BufferPool* pool_ = nullptr;
    std::unique_ptr<char[]> block_;
  };

 private:
  std::unique_ptr<char[]> take() {
    if (spare_.empty()) return std::make_unique_for_overwrite<char[]>(block_bytes);
    std::unique_ptr<char[]> block = std::move(spare_.back());
    spare_.pop_back();
    return block;
  }
  void give_back(std::unique_ptr<char[]> block) {
    if (spare_.size() < most_spare_blocks) spare_.push_back(std::move(block));
  }

  std::vector<std::unique_ptr<char[]>> spare_;
};

}  // namespace bearward::transport
