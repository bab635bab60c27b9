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
import { showCrash, watchForCrashes } from './shell/watchForCrashes.ts';

const app = createApp(App).use(createPinia());
watchForCrashes(app);
try {
  app.mount('#app');
} catch (error) {
  showCrash(error);
  throw error;
}
