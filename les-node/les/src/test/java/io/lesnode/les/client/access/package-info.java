/** Tests of the machines that guess, remember and pack what an execution reads. */
@NullMarked
package io.lesnode.les.client.access;

import org.jspecify.annotations.NullMarked;
