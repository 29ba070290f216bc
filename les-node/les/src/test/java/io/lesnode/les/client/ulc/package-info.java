/** Tests of the agreement of trusted servers. */
@NullMarked
package io.lesnode.les.client.ulc;

import org.jspecify.annotations.NullMarked;
