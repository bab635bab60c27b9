// Starts the page.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import 'dockview-vue/dist/styles/dockview.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/dock.css';
import './theme/panel.css';
import './theme/side.css';
import App from './App.vue';
import { loadEverything } from './shell/loadEverything.ts';
import { showCrash, watchForCrashes } from './shell/watchForCrashes.ts';

const app = createApp(App).use(createPinia());
watchForCrashes(app);
// Asked before the window is built, and before what its panels are made of is fetched: the engine answers meanwhile.
void loadEverything();
setTimeout(() => {
  try {
    app.mount('#app');
  } catch (error) {
    showCrash(error);
    throw error;
  }
});
