/**
 * Figures of a running node for Prometheus: geth's metric names over one picture of the node per
 * scrape.
 *
 * <p>Public types: {@link io.lesnode.app.metrics.MetricsServer}, which is all that the composition
 * root needs, and its port {@link io.lesnode.app.metrics.MetricsSource}. Threads: bytes on a Netty
 * event loop, every scrape on one thread of the server. Imports nothing of {@code app.node} or
 * {@code app.cli}.
 */
@NullMarked
package io.lesnode.app.metrics;

import org.jspecify.annotations.NullMarked;
