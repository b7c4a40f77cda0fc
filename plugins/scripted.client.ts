/** For browsers that don't know `@media (scripting)`: from here on the page is no plain one (see `only-plain` in assets/main.css). */
export default defineNuxtPlugin((nuxtApp) => {
  nuxtApp.hook('app:mounted', () => document.documentElement.classList.add('scripted'))
})
