/**
 * JMH benchmarks of the hash and signature primitives: which library the node uses, and how far it
 * is from the limit.
 */
@NullMarked
package io.lesnode.benchmarks.crypto;

import org.jspecify.annotations.NullMarked;
