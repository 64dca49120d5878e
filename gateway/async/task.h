#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace bearward {

namespace asio = boost::asio;

/// The executor of a worker: its io_context, concrete so that no call goes through a type-erased one.
using Executor = asio::io_context::executor_type;

/// A coroutine on a worker's thread. Starts when awaited; takes values, or references to what outlives it.
template <class T = void>
using Task = asio::awaitable<T, Executor>;

/// `auto [error, ...] = co_await op(use_task)`: an I/O failure is a value, never an exception.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> use_task{};

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

}  // namespace bearward
