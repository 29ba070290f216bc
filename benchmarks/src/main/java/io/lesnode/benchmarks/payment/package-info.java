/** What payments cost: the books' durable writes. Run by JMH; owner thread: the benchmark's. */
@NullMarked
package io.lesnode.benchmarks.payment;

import org.jspecify.annotations.NullMarked;
