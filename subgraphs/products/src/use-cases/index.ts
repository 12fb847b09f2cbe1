import { adjustInventory } from './adjust-inventory.ts';
import { archiveProduct } from './archive-product.ts';
import {
  answerReview,
  deleteReview,
  reportReview,
  setReviewHidden,
  updateReview,
} from './change-review.ts';
import { createCategory } from './create-category.ts';
import { createProduct } from './create-product.ts';
import { createSeller } from './create-seller.ts';
import { createVariant } from './create-variant.ts';
import { deleteCategory } from './delete-category.ts';
import { deleteProduct, deleteVariant } from './delete-product.ts';
import { importProducts } from './import-products.ts';
import { setCommission, setSellerStatus } from './manage-sellers.ts';
import { createReview } from './reviews.ts';
import { acceptSellerMembership, removeSellerMember, setSellerMember } from './seller-members.ts';
import { updateCategory } from './update-category.ts';
import { updateProduct } from './update-product.ts';
import { updateSeller } from './update-seller.ts';
import { updateVariant } from './update-variant.ts';

export const useCases = {
  ofViewer: {
    acceptSellerMembership,
    adjustInventory,
    answerReview,
    archiveProduct,
    createReview,
    deleteCategory,
    deleteProduct,
    deleteReview,
    deleteVariant,
    reportReview,
    setReviewHidden,
    updateReview,
    createCategory,
    createProduct,
    createSeller,
    createVariant,
    importProducts,
    removeSellerMember,
    setCommission,
    setSellerMember,
    setSellerStatus,
    updateCategory,
    updateProduct,
    updateSeller,
    updateVariant,
  },
};
