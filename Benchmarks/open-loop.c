// An open-loop load generator for HTTP/1.1 on loopback: requests are due at fixed times, whatever the server does, and a latency
// counts from when its request was due. A stall of the server thus counts for every request that was due during it; a closed
// loop leaves these out ("coordinated omission"), because it does not send before the last answer is there.
//
// usage: open-loop PORT REQUESTS_PER_SECOND SECONDS CONNECTIONS FILE
// FILE holds whole requests, separated by NUL bytes, which take turns. A due request goes out on the connection that has been idle for
// longest, or waits for one. The output is one line as that of requests.lua: requests/s, 50th, 99th and 99.9th percentile in µs,
// answers that are no success, requests without an answer (for which the time that they waited counts). It ends GRACE_SECONDS after
// the last request was due, even without answers.
//
// It exists since Debian 12 has no tool that does this: wrk is a closed loop, whose `delay` counts in milliseconds and does not know
// what it delays; h2load (--rps) keeps the rate, but counts from when it sent, and sends the same header fields each time; hey (-q)
// does not make up for what was due while it waited; httperf tells no percentiles; wrk2, which does it all, is not packaged.
// In C, since Swift's Glibc module lacks Linux's epoll and the loop is too fast for Python.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_SECONDS = 10, LONGEST_ANSWER = 16 * 1024, EVENTS = 64 };
static const int64_t SECOND = 1000000000;  // in nanoseconds, as all times here

struct connection {
  int socket;
  int64_t due;  // of the request that it waits for an answer to; 0 = idle
  size_t length;
  char answer[LONGEST_ANSWER + 1];
};

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

// Reads the file and returns its requests; they end at the NUL byte behind each.
static char **read_requests(const char *path, size_t *count) {
  FILE *file = fopen(path, "r");
  char **requests = NULL, *request = NULL;
  size_t capacity = 0;
  if (!file) err(1, "%s", path);
  for (*count = 0; getdelim(&request, &capacity, '\0', file) > 0; request = NULL, capacity = 0) {
    requests = realloc(requests, (*count + 1) * sizeof *requests);
    if (!requests) err(1, "memory");
    requests[(*count)++] = request;
  }
  fclose(file);
  if (*count == 0) errx(1, "%s holds no request", path);
  return requests;
}

static int connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int one = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) err(1, "connect to %d", port);
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return descriptor;
}

static void send_request(struct connection *connection, const char *request, int64_t due) {
  size_t length = strlen(request);
  if (send(connection->socket, request, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) err(1, "send");
  connection->due = due;
  connection->length = 0;
}

// Reads what has arrived. Returns the status code when the answer is complete, else 0.
static int receive(struct connection *connection) {
  ssize_t count = recv(connection->socket, connection->answer + connection->length, LONGEST_ANSWER - connection->length, 0);
  if (count < 0) err(1, "recv");
  if (count == 0) errx(1, "the server closed a connection, or its answer is longer than %d bytes", LONGEST_ANSWER);
  if (connection->due == 0) errx(1, "the server answers without a request");
  connection->length += count;
  connection->answer[connection->length] = '\0';
  const char *end = strstr(connection->answer, "\r\n\r\n"), *field = strcasestr(connection->answer, "\r\ncontent-length:");
  if (!end) return 0;
  if (!field || field > end) errx(1, "an answer without Content-Length: %s", connection->answer);
  size_t whole = end + 4 - connection->answer + strtoul(strchr(field, ':') + 1, NULL, 10);
  if (connection->length < whole) return 0;
  if (connection->length > whole) errx(1, "more than one answer to a request: %s", connection->answer);
  return atoi(connection->answer + strlen("HTTP/1.1 "));
}

static int compare(const void *one, const void *other) {
  int64_t first = *(const int64_t *)one, second = *(const int64_t *)other;
  return (first > second) - (first < second);
}

// The latency below which so many percent of the sorted ones are, in microseconds.
static double percentile(const int64_t *latencies, size_t count, double percent) {
  size_t rank = percent / 100 * count;
  return latencies[rank < count ? rank : count - 1] / 1e3;
}

int main(int argc, char **argv) {
  if (argc != 6) errx(2, "usage: open-loop PORT REQUESTS_PER_SECOND SECONDS CONNECTIONS FILE");
  double rate = atof(argv[2]), seconds = atof(argv[3]);
  size_t connection_count = atoi(argv[4]), total = rate * seconds, request_count;
  if (connection_count == 0 || total == 0) errx(2, "there is nothing to send");
  char **requests = read_requests(argv[5], &request_count);
  struct connection *connections = calloc(connection_count, sizeof *connections);
  int64_t *latencies = calloc(total, sizeof *latencies);
  // A ring of the idle connections: the one that has been idle for longest is the first.
  struct connection **idle = calloc(connection_count, sizeof *idle);
  size_t first_idle = 0, idle_count = connection_count;
  int watch = epoll_create1(0);
  if (!connections || !latencies || !idle || watch < 0) err(1, "memory");
  for (size_t index = 0; index < connection_count; index++) {
    connections[index].socket = connect_to(atoi(argv[1]));
    idle[index] = &connections[index];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[index]};
    if (epoll_ctl(watch, EPOLL_CTL_ADD, connections[index].socket, &event) != 0) err(1, "epoll_ctl");
  }
  prctl(PR_SET_TIMERSLACK, 1);  // the kernel would else wake this thread up to 50 µs late

  int64_t start = now(), end = start + (seconds + GRACE_SECONDS) * SECOND, time = start, next_due = start;
  size_t sent = 0, answered = 0, failures = 0;
  while (answered < total && time < end) {
    while (idle_count > 0 && sent < total && next_due <= time) {
      send_request(idle[first_idle], requests[sent % request_count], next_due);
      first_idle = (first_idle + 1) % connection_count;
      idle_count--;
      next_due = start + ++sent / rate * SECOND;
    }
    int64_t pause = (idle_count > 0 && sent < total ? next_due : end) - now();
    if (pause < 0) pause = 0;
    struct timespec timeout = {.tv_sec = pause / SECOND, .tv_nsec = pause % SECOND};
    struct epoll_event events[EVENTS];
    int count = epoll_pwait2(watch, events, EVENTS, &timeout, NULL);
    if (count < 0) err(1, "epoll_pwait2");
    for (int index = 0; index < count; index++) {
      struct connection *connection = events[index].data.ptr;
      int status = receive(connection);
      if (status == 0) continue;
      failures += status < 200 || status > 299;
      latencies[answered++] = now() - connection->due;
      connection->due = 0;
      idle[(first_idle + idle_count++) % connection_count] = connection;
    }
    time = now();
  }

  size_t recorded = answered;
  for (size_t index = 0; index < connection_count; index++)
    if (connections[index].due) latencies[recorded++] = time - connections[index].due;
  for (; sent < total; next_due = start + ++sent / rate * SECOND) latencies[recorded++] = time - next_due;
  qsort(latencies, total, sizeof *latencies, compare);
  printf("RESULT %.2f %.0f %.0f %.0f %zu %zu\n", answered / ((time - start) / 1e9), percentile(latencies, total, 50),
         percentile(latencies, total, 99), percentile(latencies, total, 99.9), failures, total - answered);
}
