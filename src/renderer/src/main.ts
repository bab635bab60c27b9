// Starts the page.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import 'dockview-vue/dist/styles/dockview.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/dock.css';
import App from './App.vue';

createApp(App).use(createPinia()).mount('#app');
