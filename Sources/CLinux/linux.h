// System headers that Glibc's module leaves out, with accept4 and sched_getaffinity. Nothing is
// declared or defined here.
#pragma once
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
// Not _GNU_SOURCE: it gives fd_set a member of another name than Glibc's module has, and importing
// both fails.
#ifdef __GLIBC__
#ifndef __USE_GNU
#define __USE_GNU 1
#endif
#endif
#include <sched.h>
#include <sys/socket.h>
#endif
