/**
 * The composition root: builds a full node, a dev node or a light node out of the modules below and
 * stops its parts in the right order.
 *
 * <p>Public types: {@link io.lesnode.app.node.NodeFailure}. Constructed and closed on the main
 * thread; imports nothing of {@code app.cli}.
 */
@NullMarked
package io.lesnode.app.node;

import org.jspecify.annotations.NullMarked;
